import fc from 'fast-check';
import type { LabelConfigEntry } from '@datagym/labels/classes/labelClass';
import { mergeEntries, type EntryChange } from '@datagym/labels/classes/mergeEntries';
import type { ServerEntry } from '@datagym/labels/classes/serverLabelConfig';

const COLOR: ServerEntry = {
	entryId: 'id-color',
	entryKey: 'color',
	entryValue: 'Color',
	type: 'select',
	required: false,
	options: { red: 'Red', blue: 'Blue' },
	children: [],
};
const CAR: ServerEntry = {
	entryId: 'id-car',
	entryKey: 'car',
	entryValue: 'Car',
	type: 'rectangle',
	color: '#ff0000',
	shortcut: '1',
	children: [COLOR],
};
const LANE: ServerEntry = { entryId: 'id-lane', entryKey: 'lane', entryValue: 'Lane', type: 'line', children: [] };
const EXISTING = [CAR, LANE];

const car = (children: LabelConfigEntry[] = []): LabelConfigEntry => ({
	entryKey: 'car',
	entryValue: 'Car',
	type: 'rectangle',
	children,
});
const sign: LabelConfigEntry = { entryKey: 'Sign', entryValue: 'Sign', type: 'point', children: [] };
const color: LabelConfigEntry = {
	entryKey: 'color',
	entryValue: 'Color',
	type: 'select',
	options: { red: 'Red', blue: 'Blue' },
	children: [],
};

/** IDs by path. */
function idsOf(entries: readonly EntryChange[], above = ''): Record<string, string | undefined> {
	return Object.assign(
		{},
		...entries.map(({ entryKey, id, children }) => ({
			[above + entryKey]: id,
			...idsOf(children, `${above}${entryKey}/`),
		})),
	) as Record<string, string | undefined>;
}

describe('Wanted entries merged into existing ones', () => {
	test('add what is new and keep everything else with its ID', () => {
		const merged = mergeEntries(EXISTING, [sign]);
		expect(idsOf(merged.entries)).toEqual({
			car: 'id-car',
			'car/color': 'id-color',
			lane: 'id-lane',
			sign: undefined,
		});
		expect(merged).toMatchObject({ added: ['sign'], missing: ['car', 'lane'], retyped: [], isMore: true });
	});

	test('find an entry by its key as the server compares it, and keep what is not said of it', () => {
		const merged = mergeEntries([CAR], [{ ...car([color]), entryKey: 'CAR', entryValue: 'Automobile' }]);
		expect(merged.entries).toEqual([
			{
				id: 'id-car',
				entryKey: 'car',
				entryValue: 'Automobile',
				type: 'rectangle',
				color: '#ff0000',
				shortcut: '1',
				children: [{ ...color, id: 'id-color', required: false }],
			},
		]);
		expect(merged).toMatchObject({ added: [], missing: [], isMore: false });
	});

	test('name what is missing, once for a branch, and leave it out only if that is wanted', () => {
		expect(mergeEntries(EXISTING, [car()]).missing).toEqual(['car/color', 'lane']);
		expect(idsOf(mergeEntries(EXISTING, [car()], 'delete').entries)).toEqual({ car: 'id-car' });
		expect(mergeEntries(EXISTING, [sign], 'delete').missing).toEqual(['car', 'lane']);
	});

	test('count a missing option as something that labels have', () => {
		const wanted = [car([{ ...color, options: { red: 'Ruby', green: 'Green' } }])];
		const kept = mergeEntries([CAR], wanted);
		expect(kept.missing).toEqual(['car/color: blue']);
		expect(kept.entries[0]?.children[0]?.options).toEqual({ red: 'Ruby', blue: 'Blue', green: 'Green' });
		expect(mergeEntries([CAR], wanted, 'delete').entries[0]?.children[0]?.options).toEqual({
			red: 'Ruby',
			green: 'Green',
		});
	});

	test('look for an entry below the same parents only', () => {
		const merged = mergeEntries(EXISTING, [car(), { ...LANE, children: [color] }, color]);
		expect(merged.added).toEqual(['lane/color', 'color']);
		expect(merged.missing).toEqual(['car/color']);
	});

	test('name another type under an existing key, which the server would make a second entry of', () => {
		expect(mergeEntries(EXISTING, [{ ...car([color]), type: 'image_segmentation' }]).retyped).toEqual([
			'car: rectangle to image segmentation',
		]);
	});

	test('say that a classification becomes required, which reopens tasks, too', () => {
		expect(mergeEntries([CAR], [car([{ ...color, required: true }])]).isMore).toBe(true);
		const isRequired = { ...CAR, children: [{ ...COLOR, required: true }] };
		expect(mergeEntries([isRequired], [car([{ ...color, required: false }])]).isMore).toBe(false);
	});

	test('never lose an ID unless it is named as missing', () => {
		const key = fc.constantFrom('a', 'b', 'c', 'A');
		const unique = { maxLength: 3, selector: ({ entryKey }: { entryKey: string }) => entryKey.toLowerCase() };
		let ids = 0;
		const existing = (depth: number): fc.Arbitrary<ServerEntry> =>
			fc.record({
				entryId: fc.nat().map(() => `id-${++ids}`),
				entryKey: key.map((text) => text.toLowerCase()),
				entryValue: key,
				type: fc.constant('rectangle' as const),
				children: depth === 0 ? fc.constant([]) : fc.uniqueArray(existing(depth - 1), unique),
			});
		const wanted = (depth: number): fc.Arbitrary<LabelConfigEntry> =>
			fc.record({
				entryKey: key,
				entryValue: key,
				type: fc.constant('rectangle' as const),
				children: depth === 0 ? fc.constant([]) : fc.uniqueArray(wanted(depth - 1), unique),
			});
		const allIds = (entries: readonly ServerEntry[]): string[] =>
			entries.flatMap(({ entryId, children }) => [entryId, ...allIds(children)]);
		const sentIds = (entries: readonly EntryChange[]): string[] =>
			entries.flatMap(({ id, children }) => [...(id === undefined ? [] : [id]), ...sentIds(children)]);
		fc.assert(
			fc.property(fc.uniqueArray(existing(2), unique), fc.uniqueArray(wanted(2), unique), (server, asked) => {
				const kept = mergeEntries(server, asked);
				expect(sentIds(kept.entries).sort()).toEqual(allIds(server).sort());
				if (kept.missing.length === 0)
					expect(sentIds(mergeEntries(server, asked, 'delete').entries).sort()).toEqual(allIds(server).sort());
				// Merged once more, nothing is new.
				const stored = (entries: readonly EntryChange[]): ServerEntry[] =>
					entries.map(({ id, children, ...entry }) => ({
						...entry,
						entryId: id ?? 'new',
						children: stored(children),
					}));
				expect(mergeEntries(stored(kept.entries), asked).added).toEqual([]);
			}),
			{ seed: 14 },
		);
	});
});
