/** The node in n8n's editor, in a browser: one n8n for all files, one file after the other. */
module.exports = {
	...require('./jest.config.js'),
	roots: ['<rootDir>/test/editor'],
	testMatch: ['**/*.browser.ts'],
	globalSetup: './test/editor/support/setup.ts',
	globalTeardown: './test/editor/support/teardown.ts',
	testTimeout: 120_000,
	maxWorkers: 1,
	// All files work in one n8n, in an order that is known to be right.
	randomize: false,
	// n8n's pipes may outlive it for a while.
	forceExit: true,
};
