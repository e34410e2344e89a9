/** Jest on the sources (transformed by SWC; types are checked by `npm run typecheck`). Engine tests load the built `dist`, as n8n does. */
module.exports = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testMatch: ['**/*.test.ts'],
	transform: {
		'^.+\\.[mc]?[jt]s$': [
			'@swc/jest',
			{ jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
		],
	},
	// Packages that are published as ES modules only.
	transformIgnorePatterns: ['/node_modules/(?!(p-limit|yocto-queue|d3-[a-z-]+|internmap)/)'],
	testTimeout: 120_000,
	maxWorkers: 2,
};
