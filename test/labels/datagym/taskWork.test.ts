import type { LabelContent, LabelValue } from '@datagym/labels/datagym/labelValue';
import { importMark } from '@datagym/labels/datagym/importMark';
import { countLostAnswers, mergedAnswers, taskWork } from '@datagym/labels/datagym/taskWork';

const PERSON = 'open-core-dummy-user-sub';
const TOKEN = 'token_user';

let ids = 0;
function value(type: string, labeler: string, content: LabelContent = {}, ...children: LabelValue[]): LabelValue {
	return { valueId: `v${++ids}`, entryId: 'e', key: type, name: type, type, labeler, content, children };
}

const box = (labeler: string, ...children: LabelValue[]) => value('rectangle', labeler, { x: 1 }, ...children);
const select = (labeler: string, selectKey: string | null, ...children: LabelValue[]) =>
	value('select', labeler, { selectKey }, ...children);

const AREA: LabelContent = { pointsCollection: [{ points: [{ x: 1, y: 2.5 }] }] };
/** As an import has drawn it, without answers. */
function marked(labeler: string, ...children: LabelValue[]): LabelValue {
	return { ...value('image_segmentation', labeler, AREA, ...children), comment: importMark(AREA, {}) };
}

/** Who is the labeler of what was seen on the real server on 2026-11-26 (docs/contract.md#task-details). */
test.each<[what: string, label: LabelValue, isImported: boolean]>([
	['an imported box', box(TOKEN, select(TOKEN, null)), true],
	['an imported box with an imported color', box(TOKEN, select(TOKEN, 'red')), true],
	['an imported box whose color a person has opened and not answered', box(TOKEN, select(PERSON, null)), true],
	['an imported box that a person has colored', box(TOKEN, select(PERSON, 'red')), false],
	['a box that a person has moved', box(PERSON, select(TOKEN, 'red')), false],
	['an imported box in which a person has drawn', box(TOKEN, box(PERSON)), false],
	['an imported box with an imported one inside', box(TOKEN, box(TOKEN)), true],
	["a box of the server's own model", box('AI_PRE_LABEL'), false],
	['a segmentation, which imports cannot make', value('image_segmentation', TOKEN), false],
	['a segmentation that an import has drawn', marked(TOKEN), true],
	['one of the open core, where everybody has one name', marked(PERSON), true],
	['one that another person has opened and saved', marked('somebody'), false],
	[
		'one that was drawn by an import and changed since',
		{ ...marked(PERSON), content: { pointsCollection: [] } },
		false,
	],
	['one in which a person has answered', marked(PERSON, select(PERSON, 'red')), false],
	['one with an answer that nobody has given', marked(PERSON, select(PERSON, null)), true],
	['one in which a person has drawn', marked(PERSON, box(PERSON)), false],
	['one with an imported box inside', marked(TOKEN, box(TOKEN)), true],
	['one with another comment', { ...marked(TOKEN), comment: 'Imported by n8n' }, false],
	['an imported box that a person has given key frames', { ...box(TOKEN), isAnimated: true }, false],
	['a box whose labeler is not told', { ...box(TOKEN), labeler: undefined } as never, false],
])('%s', (_, label, isImported) => {
	const labels = label.children.some(({ type }) => type === 'rectangle') ? 2 : 1;
	expect(taskWork([label])).toMatchObject({
		imported: isImported ? [{ valueId: label.valueId, count: labels }] : [],
		otherLabels: isImported ? 0 : labels,
	});
});

test('tells the answers of people from those of imports, at any depth', () => {
	const work = taskWork([
		{ ...select(TOKEN, 'sun', value('freetext', TOKEN, { text: 'dry' })), key: 'weather' },
		{ ...value('checklist', PERSON, { checkedValues: ['night'] }), key: 'tags' },
		{ ...select(TOKEN, 'yes', value('freetext', PERSON, { text: 'why' })), key: 'usable' },
		{ ...select(PERSON, null), key: 'opened' },
	]);
	expect(work.importedAnswers).toEqual({
		weather: { values: ['sun'], children: { freetext: { values: ['dry'], children: {} } } },
	});
	expect([...work.peoplesAnswers].sort()).toEqual(['tags', 'usable']);
});

test('merges answers, and counts those that are lost by it', () => {
	const before = { weather: { values: ['sun'], children: { wetness: { values: ['dry'], children: {} } } } };
	const rain = { weather: { values: ['rain'], children: {} } };
	const merged = mergedAnswers(before, rain);
	expect(merged).toEqual({ weather: { ...before.weather, values: ['rain'] } });
	expect(countLostAnswers(before, merged)).toBe(1);
	expect(countLostAnswers(before, {})).toBe(2);
	expect(countLostAnswers(before, mergedAnswers(before, { weather: { values: [], children: {} } }))).toBe(0);
});

test('marks a label by its shape and its answers, whatever their order and spelling', () => {
	const answers = { kind: { values: ['a', 'b'], children: {} }, note: { values: [''], children: {} } };
	const mark = importMark(AREA, answers);
	expect(mark.length).toBeLessThanOrEqual(128);
	expect(importMark(AREA, { Kind: { values: ['b', 'a'], children: {} } })).toBe(mark);
	expect(importMark(AREA, { kind: { values: ['a'], children: {} } })).not.toBe(mark);
	expect(importMark({ pointsCollection: [{ points: [{ x: 1, y: 2 }] }] }, answers)).not.toBe(mark);
});
