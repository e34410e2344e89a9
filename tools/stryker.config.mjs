/**
 * Mutation tests of the pure modules: does a test notice each change of the code? Not in CI, as a module takes minutes.
 * One module: `npm run test:mutation -- --mutate labels/dataset/splits.ts`.
 */
export default {
	testRunner: 'jest',
	jest: { configFile: 'tools/jest.mutation.config.mjs', enableFindRelatedTests: true },
	mutate: [
		'client/{baseUrl,idempotency,imageName,networkErrors,rateLimiter,retry}.ts',
		'labels/classes/{attributes,classTree,datasetClasses}.ts',
		'labels/dataset/{fileNames,splits}.ts',
		'labels/geometry/*.ts',
		'labels/prediction/preparePrediction.ts',
		'nodes/DataGymTrigger/{compare,events}.ts',
		'nodes/DataGymTrigger/memory/{hashes,packing}.ts',
		'shared/exportElements.ts',
	],
	coverageAnalysis: 'perTest',
	timeoutMS: 3000,
	concurrency: 1,
	// Jest keeps what each run has loaded: some 20 MB.
	maxTestRunnerReuse: 40,
	reporters: ['clear-text', 'progress'],
	clearTextReporter: { allowColor: false, logTests: false },
	tempDirName: 'out/stryker',
	ignorePatterns: ['/dist', '/out', '/docs', '/examples/photos'],
	allowEmpty: true,
	thresholds: { high: 95, low: 90, break: 90 },
};
