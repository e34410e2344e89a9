const base = require('./jest.config.js');
/** Only what needs no engine: pure modules and their tests. The rooms' aliases lead into Stryker's copy instead of the checkout. */
module.exports = {
	...base,
	testMatch: ['<rootDir>/test/labels/**/*.test.ts', '<rootDir>/test/client/**/*.test.ts'],
	moduleNameMapper: {
		...base.moduleNameMapper,
		'^@datagym/(client|labels)$': '<rootDir>/$1/index.ts',
		'^@datagym/shared/(.*)$': '<rootDir>/shared/$1',
		'^@datagym/(client|labels|test|tools)/(.*)$': '<rootDir>/$1/$2',
	},
};
