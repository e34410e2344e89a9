export default {
	testRunner: 'jest',
	jest: { configFile: 'jest.mutation.config.js', enableFindRelatedTests: true },
	mutate: ['labels/dataset/splits.ts'],
	coverageAnalysis: 'perTest',
	concurrency: 1,
	reporters: ['clear-text', 'progress'],
	tempDirName: 'out/stryker',
	ignorePatterns: ['/dist', '/out', '/docs', '/examples/photos'],
	allowEmpty: true,
	thresholds: { high: 95, low: 90, break: 90 },
};
