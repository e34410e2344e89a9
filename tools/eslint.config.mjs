import js from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** What is not published is ordinary Node.js code, without n8n Cloud's restrictions. */
export default tseslint.config(
	js.configs.recommended,
	tseslint.configs.recommended,
	{ languageOptions: { globals: globals.node } },
	{ files: ['**/*.js'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
