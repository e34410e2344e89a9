import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

/** Finds regular expressions in published code whose time grows faster than the text: names come from servers and users. */
export default tseslint.config({
	files: ['**/*.ts'],
	languageOptions: { parser: tseslint.parser },
	plugins: { regexp },
	rules: {
		'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
		'regexp/no-super-linear-move': ['error', { report: 'potential', ignoreSticky: false, ignorePartial: false }],
	},
});
