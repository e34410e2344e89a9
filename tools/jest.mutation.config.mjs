import base from '../jest.config.js';

/**
 * Only what needs neither n8n's engine nor the built `dist`: pure modules and their tests. Run by Stryker, in its copy of the
 * repository, which has the checkout's node_modules: the rooms' aliases would lead from there into the checkout, and the
 * unchanged code would be tested.
 */
export default {
	...base,
	rootDir: '..',
	// All rooms, so that Jest finds the tests that a changed file is related to.
	roots: ['client', 'labels', 'nodes', 'pixels', 'shared', 'test', 'tools'].map((room) => `<rootDir>/${room}`),
	testMatch: [
		'<rootDir>/test/client/{baseUrl,errors,idempotency,imageName,lookUp,networkErrors,rateLimiter,retry,transport}.test.ts',
		'<rootDir>/test/labels/{classes,geometry,prediction}/*.test.ts',
		'<rootDir>/test/labels/dataset/{conversionReport,fileNames,splits}.test.ts',
		'<rootDir>/test/nodes/DataGymTrigger/{compare,emit,events,hashes,labelFingerprint,memory,packing}.test.ts',
		'<rootDir>/test/shared/exportValues.test.ts',
	],
	moduleNameMapper: {
		...base.moduleNameMapper,
		'^@datagym/(client|labels|pixels)$': '<rootDir>/$1/index.ts',
		'^@datagym/shared/(.*)$': '<rootDir>/shared/$1',
		'^@datagym/(client|labels|pixels|test|tools)/(.*)$': '<rootDir>/$1/$2',
	},
};
