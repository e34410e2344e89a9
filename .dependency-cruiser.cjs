/** What may import what. Imports of types count, too. */
const SHIPPED = '^(nodes|credentials|shared|client|labels|pixels)/';
const forbid = (name, from, to) => ({ name, severity: 'error', from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
	forbidden: [
		forbid('no-cycles', {}, { circular: true }),
		forbid('labels-stand-alone', { path: '^labels/' }, { path: '^(nodes|shared|client|pixels|credentials)/' }),
		forbid('the-client-stands-alone', { path: '^client/' }, { path: '^(nodes|shared|labels|pixels|credentials)/' }),
		forbid('pixels-know-labels-only', { path: '^pixels/' }, { path: '^(nodes|shared|client|credentials)/' }),
		forbid(
			'pixels-have-one-door',
			{ path: '^(nodes|credentials|shared)/' },
			{ path: '^pixels/', pathNot: '^pixels/index\\.ts$' },
		),
		forbid(
			'labels-have-one-door',
			{ path: '^(nodes|credentials|pixels)/' },
			{ path: '^labels/', pathNot: '^labels/index\\.ts$' },
		),
		forbid('nobody-inside-uses-the-door', { path: '^labels/' }, { path: '^labels/index\\.ts$' }),
		forbid('trigger-without-action-node', { path: '^nodes/DataGymTrigger/' }, { path: '^nodes/DataGym/' }),
		forbid('action-node-without-trigger', { path: '^nodes/DataGym/' }, { path: '^nodes/DataGymTrigger/' }),
		forbid('shared-knows-no-node', { path: '^shared/' }, { path: '^nodes/' }),
		forbid(
			'emulator-shares-nothing-with-the-client',
			{ path: '^test/emulator/', pathNot: '\\.test\\.ts$' },
			{ path: SHIPPED },
		),
		forbid('shipped-code-is-complete', { path: SHIPPED }, { path: '^(test|tools|examples)/' }),
		forbid('everything-is-found', {}, { couldNotResolve: true }),
	],
	options: {
		tsPreCompilationDeps: true,
		tsConfig: { fileName: 'tsconfig.json' },
		doNotFollow: { path: 'node_modules' },
		exclude: { path: '^(dist|out)/' },
		enhancedResolveOptions: {
			exportsFields: ['exports'],
			conditionNames: ['import', 'require', 'node', 'default', 'types'],
		},
	},
};
