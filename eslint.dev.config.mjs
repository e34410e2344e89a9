import js from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** For what is not published (tests, emulator, scripts): ordinary Node.js code, so without n8n Cloud's restrictions. */
export default tseslint.config(
	{ ignores: ['dist/**', 'out/**', 'node_modules/**'] },
	js.configs.recommended,
	tseslint.configs.recommended,
	{ languageOptions: { globals: globals.node } },
	{ files: ['*.js'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
