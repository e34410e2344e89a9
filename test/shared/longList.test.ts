import * as fc from 'fast-check';
import { atOnce } from '@datagym/labels/steps/steps';
import { foundIn, LongEntries } from '@datagym/shared/longList';

/** What stands on one page of a list in the editor, of lists that are far too long to be held as objects. */

const word = fc.constantFrom('car', 'Car 2', 'Zoë', 'été', 'b(1)', '', '\u{1F600}', 'x'.repeat(300));
const entry = fc.record({
	name: fc.array(word, { maxLength: 3 }).map((words) => words.join('_')),
	value: fc.uuid(),
	detail: fc.constantFrom('LOCAL', 'AWS_S3', 'SHAREABLE_LINK'),
});
const groups = fc.array(fc.record({ name: word, entries: fc.array(entry, { maxLength: 40 }) }), { maxLength: 4 });
const filter = fc.oneof(word, fc.constantFrom('CAR', ' (car', 'r (', ')', 'local', 'nothing like this'));

type Group = {
	readonly name: string;
	readonly entries: ReadonlyArray<{ name: string; value: string; detail: string }>;
};

const packed = ({ name, entries }: Group, times = 1) => {
	const long = new LongEntries();
	for (let time = 0; time < times; time++) for (const each of entries) long.add(each);
	return { name, entries: long.end() };
};

/** As the list was before, with an object for each entry. */
function oracle(all: readonly Group[], text: string, keywordOf: (detail: string) => string) {
	const wanted = text.trim().toLowerCase();
	return all
		.flatMap(({ name, entries }) => entries.map((each) => ({ ...each, name: `${each.name} (${name})` })))
		.filter(
			({ name, value, detail }) =>
				name.toLowerCase().includes(wanted) || value === text.trim() || keywordOf(detail).toLowerCase() === wanted,
		)
		.sort((a, b) => a.name.localeCompare(b.name));
}

test('A page has what a list of objects has there, by name, value and keyword', () => {
	fc.assert(
		fc.property(groups, filter, fc.nat(30), fc.integer({ min: 1, max: 20 }), (all, text, start, most) => {
			const keywordOf = (detail: string) => detail.toLowerCase();
			const lists = all.map((group) => packed(group));
			const { found, hasMore } = atOnce(foundIn(lists, { filter: text, start, most, keywordOf }));
			const expected = oracle(all, text, keywordOf);
			expect(found).toEqual(expected.slice(start, start + most));
			expect(hasMore).toBe(expected.length > start + most);
		}),
		{ numRuns: 500 },
	);
});

test('An entry is found by its whole value, and its detail is no keyword unless it is said to be one', () => {
	fc.assert(
		fc.property(groups, (all) => {
			const lists = all.map((group) => packed(group));
			for (const { value } of all.flatMap(({ entries }) => entries))
				expect(atOnce(foundIn(lists, { filter: value, start: 0, most: 9 })).found).toMatchObject([{ value }]);
			expect(atOnce(foundIn(lists, { filter: 'shareable_link', start: 0, most: 9 })).found).toEqual([]);
		}),
		{ numRuns: 50 },
	);
});

test('A long list gives way many times', () => {
	const entries = Array.from({ length: 100 }, (_, index) => ({ name: `${index}`, value: `${index}`, detail: '' }));
	let steps = 0;
	for (const work = foundIn([packed({ name: 'g', entries }, 100)], { filter: '', start: 0, most: 100 }); ; steps++)
		if (work.next().done === true) break;
	expect(steps).toBeGreaterThan(15);
});
