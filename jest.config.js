const { spawnSync } = require('node:child_process');

/** The examples' storage and mail servers are Python's. */
const NEEDS_PYTHON = 'test/examples/(links|reports|storage)\\.test\\.ts$';
const hasPython = ['python3.11', 'python3.12', 'python3.13', 'python3'].some(
	(python) => spawnSync(python, ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 11))']).status === 0,
);
const leftOut = hasPython || process.env.CI ? [] : [NEEDS_PYTHON];
if (leftOut.length > 0)
	console.warn(
		'Without Python 3.11 or newer and its module venv, the tests of the examples with storage and mail are left out.',
	);

/** Jest on the sources (transformed by SWC; types are checked by `npm run check`). Engine tests load the built `dist`, as n8n does. */
module.exports = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	setupFiles: ['<rootDir>/test/support/seed.ts'],
	testMatch: ['**/*.test.ts'],
	testPathIgnorePatterns: ['/node_modules/', ...leftOut],
	transform: {
		'\\.wasm$': '<rootDir>/test/support/wasmTransform.js',
		'^.+\\.[mc]?[jt]s$': [
			'@swc/jest',
			{ jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
		],
	},
	// As in tsconfig.json: n8n's lint wants no package.json in `nodes`, which an alias of npm would need.
	moduleNameMapper: { '^@datagym/nodes/(.*)$': '<rootDir>/nodes/$1' },
	// Packages that are published as ES modules only, and WebAssembly.
	transformIgnorePatterns: [
		'/node_modules/(?!(@cwasm/jpeg-turbo|client-zip|hyparquet|hyparquet-writer|modern-tar|p-limit|yocto-queue)/)',
	],
	// Tests stand in any order; the seed is printed, and `npx jest --seed <number>` repeats a run.
	randomize: true,
	testTimeout: 120_000,
	maxWorkers: 2,
};
