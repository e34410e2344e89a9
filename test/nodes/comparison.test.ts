import { ACTIONS, figuresOf, TRIGGERS, type Figures } from '@datagym/tools/release/comparison';

/** What is better when there is less of it, and when there is more. */
const LESS = ['fieldsMedian', 'wordsMean', 'longest', 'cut'] as const satisfies ReadonlyArray<keyof Figures>;
const MORE = ['described', 'pickers', 'schemas', 'hints', 'remedies', 'aliases'] as const satisfies ReadonlyArray<
	keyof Figures
>;

const numbers = (figures: readonly Figures[], name: (typeof LESS | typeof MORE)[number]) =>
	figures.map((one) => one[name]).filter((one) => !Number.isNaN(one));

describe.each([
	['DataGym', ACTIONS],
	['DataGym Trigger', TRIGGERS],
])('%s, beside nodes that n8n ships', (name, nodes) => {
	const [ours, ...others] = nodes.map(figuresOf);

	test('is the first, and the others are there', () => {
		expect([ours?.name, others.length, others.every(({ operations }) => operations > 0)]).toEqual([name, 4, true]);
	});

	// A trigger that watches several projects for nine events has more to choose than one for a single folder.
	test.each(name === 'DataGym' ? LESS : LESS.slice(1))('does not have more %s than all of them', (figure) => {
		expect(ours?.[figure]).toBeLessThanOrEqual(Math.max(...numbers(others, figure)));
	});

	test.each(MORE)('does not have less %s than all of them', (figure) => {
		expect(ours?.[figure]).toBeGreaterThanOrEqual(Math.min(...numbers(others, figure)));
	});

	test('has no description that n8n cuts, the most remedies, and its documentation', () => {
		expect(ours).toMatchObject({ cut: 0, docs: 'node, credential' });
		expect(ours?.remedies).toBeGreaterThanOrEqual(Math.max(...numbers(others, 'remedies')));
	});
});
