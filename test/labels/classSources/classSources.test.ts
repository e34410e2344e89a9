import { checkLabelConfig } from '@datagym/labels/classes/labelConfig';
import type { LabelConfigEntry } from '@datagym/labels/classes/labelClass';
import {
	CLASS_SOURCES,
	type DerivedConfiguration,
	deriveConfiguration,
} from '@datagym/labels/classSources/deriveConfiguration';
import {
	COCO_CATEGORIES,
	COCO_INSTANCES,
	COCO_POSE_YAML,
	CVAT_LABELS,
	DATA_YAML,
	LABEL_STUDIO_OCR,
	LABEL_STUDIO_XML,
	LABELBOX_ONTOLOGY,
	NAMED_POSE_YAML,
	ROBOFLOW_COCO,
	SOURCES,
	TIGER_YAML,
} from './fixtures';

/** Docs/label-configuration.md: what becomes of what. */

type Geometry = Parameters<typeof deriveConfiguration>[2];

function derive(value: unknown, geometry?: Geometry, key?: string): DerivedConfiguration {
	const source = CLASS_SOURCES.find((each) => each.key === key);
	const derived = deriveConfiguration(value, source, geometry);
	if (derived === undefined || typeof derived === 'string') throw new Error(derived ?? 'not recognized');
	return derived;
}

/** `car rectangle #ff0000`, with the entries below it. */
type Tree = string | [string, ...Tree[]];
const treeOf = ({ entryKey, type, color, children }: LabelConfigEntry): Tree => {
	const name = [entryKey, type, color].filter((part) => part !== undefined).join(' ');
	return children.length === 0 ? name : [name, ...children.map(treeOf)];
};
const trees = (value: unknown, geometry?: Geometry) => derive(value, geometry).entries.map(treeOf);
const typesOf = (value: unknown, geometry?: Geometry) =>
	derive(value, geometry).entries.map(({ entryKey, type }) => `${entryKey} ${type}`);
const conversions = (value: unknown) =>
	Object.fromEntries(derive(value).conversions.map(({ reason, names }) => [reason, names]));
const entry = (value: unknown, ...path: string[]): LabelConfigEntry | undefined =>
	path.reduce<{ readonly children: readonly LabelConfigEntry[] } | undefined>(
		(at, key) => at?.children.find(({ entryKey }) => entryKey === key),
		{ children: derive(value).entries },
	) as LabelConfigEntry | undefined;

test.each(SOURCES)('recognizes %s, and makes what DataGym takes', (_, source, value) => {
	const derived = derive(value);
	expect(derived.source.key).toBe(source);
	const checked = checkLabelConfig(derived.entries);
	expect(checked).toMatchObject({ ok: true });
	expect(derived.entries.length).toBeGreaterThan(0);
	// As text it is the same as parsed.
	if (typeof value !== 'string') expect(derive(JSON.stringify(value)).entries).toEqual(derived.entries);
});

test.each([
	['a number', 7],
	['nothing', null],
	['an empty text', '  '],
	['predictions', [{ label: 'car', score: 0.9, box: { xmin: 1 } }]],
	['an XML of something else', '<annotation><object><name>car</name></object></annotation>'],
	['prose', `${'All of the cars that can be seen in the photograph, '.repeat(9)}`.replaceAll(',', ' ')],
])('recognizes no classes in %s', (_, value) => {
	expect(deriveConfiguration(value, undefined, undefined)).toBeUndefined();
});

describe('CVAT labels', () => {
	test('keep their types, colors, attributes and skeletons', () => {
		expect(trees(CVAT_LABELS)).toEqual([
			['car rectangle #2080c0', 'model select', 'parked select', 'quality select', 'age freetext', 'plate freetext'],
			'thing rectangle #c06060',
			'lane line #406040',
			'road polygon #406041',
			'sky image_segmentation #406042',
			'wheel rectangle #406043',
			'pole point #406044',
			['s1 rectangle #5c5eba', '1 point #d12345', '2 point #350dea'],
			'class checklist',
			'strength select',
		]);
		expect(entry(CVAT_LABELS, 'car', 'model')?.options).toEqual({ mazda: 'mazda', volvo: 'volvo' });
		expect(entry(CVAT_LABELS, 'car', 'parked')?.options).toEqual({ true: 'true', false: 'false' });
		expect(entry(CVAT_LABELS, 'class')?.options).toEqual({ rain: 'rain' });
	});

	test('lose nothing without a word', () => {
		expect(conversions(CVAT_LABELS)).toEqual({
			'assumed-geometry': ['thing'],
			ellipse: ['wheel'],
			'not-supported': ['box 3d (cuboid)'],
			skeleton: ['s1'],
			tag: ['rain'],
			mutable: ['Car/parked'],
			'default-value': ['Car/model', 'Car/parked', 'Car/age'],
			range: ['Car/age'],
			text: ['Car/plate'],
		});
	});

	test('of any shape have the chosen one', () => {
		expect(typesOf(CVAT_LABELS, 'polygon').slice(0, 3)).toEqual(['car rectangle', 'thing polygon', 'lane line']);
	});
});

describe('a Labelbox ontology', () => {
	test('keeps tools, colors, and classifications with what is nested in their options', () => {
		expect(trees(LABELBOX_ONTOLOGY)).toEqual([
			'poly polygon #FF0000',
			'segment image_segmentation #00FF00',
			'mask image_segmentation #00FF01',
			['bbox rectangle #0000FF', ['kind select', 'details freetext'], 'note freetext'],
			'dot point #FF00FF',
			'polyline line #FFFF00',
			'is it day_ select',
			'weather checklist',
		]);
		expect(entry(LABELBOX_ONTOLOGY, 'bbox', 'kind')).toMatchObject({
			entryValue: 'What is it?',
			required: true,
			options: { first: 'First', second: 'Second' },
		});
		// In Labelbox it is required after one answer only, and DataGym would ask for it after each.
		expect(entry(LABELBOX_ONTOLOGY, 'bbox', 'kind', 'details')).toMatchObject({ required: false, maxLength: 255 });
		expect(entry(LABELBOX_ONTOLOGY, 'is it day_')).toMatchObject({
			entryValue: 'Is it day?',
			required: true,
			options: { 'definitely yes': 'yes', 'definitely not_': 'no' },
		});
	});

	test('loses nothing without a word', () => {
		expect(conversions(LABELBOX_ONTOLOGY)).toEqual({
			required: ['poly'],
			condition: ['details'],
			text: ['details', 'note'],
			'not-supported': ['ner (named-entity)'],
			option: ['definitely not!'],
		});
	});

	test('is cut where DataGym nests no deeper', () => {
		const nested = (depth: number): object => ({
			type: 'radio',
			name: `level ${depth}`,
			options: [{ value: 'yes', label: 'yes', options: depth < 6 ? [nested(depth + 1)] : [] }],
		});
		const ontology = { tools: [{ tool: 'rectangle', name: 'car', classifications: [nested(2)] }], classifications: [] };
		expect(trees(ontology)).toEqual([
			['car rectangle #e6194b', ['level 2 select', ['level 3 select', 'level 4 select']]],
		]);
		expect(conversions(ontology).depth).toEqual(['level 5']);
	});
});

describe('a Label Studio configuration', () => {
	test('keeps controls, aliases, colors, hotkeys, and what is asked per region', () => {
		expect(trees(LABEL_STUDIO_XML)).toEqual([
			['plane rectangle green', 'state select', 'transcription freetext'],
			['car rectangle #0000ff', 'state select', 'transcription freetext'],
			['car polygon polygon #4363d8', 'transcription freetext'],
			['field polygon #f58231', 'transcription freetext'],
			['nose point red', 'transcription freetext'],
			['sky image_segmentation #42d4f4', 'transcription freetext'],
			['wheel rectangle #f032e6', 'transcription freetext'],
			'weather checklist',
			'rain select',
			'place checklist',
			'quality select',
			'count freetext',
		]);
		expect(entry(LABEL_STUDIO_XML, 'plane')).toMatchObject({ entryValue: 'Airplane', shortcut: '1' });
		expect(entry(LABEL_STUDIO_XML, 'plane', 'state')).toMatchObject({
			required: true,
			options: { New: 'New', used: 'Slightly used' },
		});
		expect(entry(LABEL_STUDIO_XML, 'rain')?.required).toBe(false);
		expect(entry(LABEL_STUDIO_XML, 'place')?.options).toEqual({
			'City - Street': 'City - Street',
			'City - Square': 'City - Square',
			Country: 'Country',
		});
		expect(entry(LABEL_STUDIO_XML, 'quality')?.options).toEqual({ 1: '1', 2: '2', 3: '3' });
	});

	test('loses nothing without a word', () => {
		expect(conversions(LABEL_STUDIO_XML)).toEqual({
			ellipse: ['Wheel'],
			'not-supported': ['Relations', 'pair (Pairwise)'],
			text: ['transcription'],
			condition: ['rain'],
			flattened: ['place'],
			range: ['count'],
		});
	});

	test('draws labels without a shape as the shapes beside them', () => {
		expect(typesOf(LABEL_STUDIO_OCR)).toEqual(['text polygon', 'handwriting polygon']);
		expect(entry(LABEL_STUDIO_OCR, 'text', 'transcription')?.required).toBe(true);
		expect(conversions(LABEL_STUDIO_OCR)['several-geometries']).toEqual(['Text', 'Handwriting']);
	});

	test('names what comes with the tasks, and what is not about images', () => {
		const xml = `<View><Image name="i" value="$i"/><Text name="t" value="$t"/>
			<RectangleLabels name="own" toName="i"><Label value="car"/></RectangleLabels>
			<PolygonLabels name="objects" toName="i" value="$objects"/>
			<Labels name="words" toName="t"><Label value="verb"/></Labels></View>`;
		expect(typesOf(xml)).toEqual(['car rectangle']);
		expect(conversions(xml)).toEqual({ 'in-task': ['objects'], 'other-media': ['words'] });
	});

	test('that is cut off is refused with the reason', () => {
		expect(deriveConfiguration('<View><Image', undefined, undefined)).toMatch(/^The XML cannot be read: /);
	});
});

describe('data.yaml', () => {
	test('has boxes, unless another shape is chosen', () => {
		expect(typesOf(DATA_YAML)).toEqual(['person rectangle', 'traffic light rectangle', 'stop sign rectangle']);
		expect(conversions(DATA_YAML)).toEqual({ 'assumed-geometry': ['person', 'traffic light', 'stop sign'] });
		expect(typesOf(DATA_YAML, 'polygon')[0]).toBe('person polygon');
	});

	test("has the keypoints of a pose nested in each class, with COCO's names, those of kpt_names, or numbers", () => {
		const keys = (value: unknown) =>
			derive(value).entries.map(({ children }) => children.map(({ entryKey }) => entryKey));
		expect(keys(COCO_POSE_YAML)[0]).toHaveLength(17);
		expect(keys(COCO_POSE_YAML)[0]?.slice(0, 3)).toEqual(['nose', 'left_eye', 'right_eye']);
		expect(keys(TIGER_YAML)).toEqual([['keypoint_1', 'keypoint_2', 'keypoint_3']]);
		expect(conversions(TIGER_YAML)).toEqual({ 'unnamed-points': ['tiger'] });
		expect(keys(NAMED_POSE_YAML)).toEqual([
			['nose', 'left_eye', 'right_eye'],
			['nose', 'left ear', 'tail'],
		]);
		expect(conversions(NAMED_POSE_YAML)).toEqual({});
	});

	test('has points beside a segmentation, in which DataGym draws nothing', () => {
		expect(typesOf(TIGER_YAML, 'image_segmentation')).toEqual([
			'tiger image_segmentation',
			'keypoint_1 point',
			'keypoint_2 point',
			'keypoint_3 point',
		]);
	});
});

describe('COCO categories', () => {
	test('have keypoints nested in them and their colors', () => {
		expect(trees(COCO_CATEGORIES)).toEqual([
			['person rectangle #e6194b', 'nose point #e6194b', 'left_eye point #3cb44b'],
			'traffic light rectangle #3cb44b',
			'sky rectangle #4682b4',
		]);
		expect(conversions(COCO_CATEGORIES)).toEqual({
			skeleton: ['person'],
			group: ['vehicle'],
			'assumed-geometry': ['traffic light', 'sky'],
		});
	});

	test('are polygons if the file has a polygon, and boxes if it has boxes', () => {
		expect(typesOf(COCO_INSTANCES)).toEqual(['person polygon', 'traffic light polygon', 'sky polygon']);
		const corners = [1, 2, 4, 2, 4, 6, 1, 6];
		const boxes = { ...COCO_INSTANCES, annotations: [{ ...COCO_INSTANCES.annotations[0], segmentation: [corners] }] };
		expect(typesOf(boxes)[1]).toBe('traffic light rectangle');
		expect(typesOf(COCO_INSTANCES, 'rectangle')[1]).toBe('traffic light rectangle');
	});

	test('lack the one that Roboflow puts above all others', () => {
		expect(typesOf(ROBOFLOW_COCO)).toEqual(['helmet rectangle', 'no-helmet rectangle']);
		expect(conversions(ROBOFLOW_COCO).parent).toEqual(['helmets']);
	});
});

describe('keys', () => {
	test('are names as far as DataGym allows, each once, and changed ones are named', () => {
		const names = ['Point', 'a/b', 'a:b', 'Car', 'car', 'Straße', 'x'.repeat(80)];
		const { entries, renamed } = derive(names);
		expect(entries.map(({ entryKey }) => entryKey)).toEqual([
			'point_1',
			'a_b',
			'a_b_2',
			'car',
			'stra_e',
			'x'.repeat(56),
		]);
		expect(renamed).toContainEqual({ entryKey: 'a:b', storedAs: 'a_b_2' });
		expect(entries[4]?.entryValue).toBe('Straße');
		expect(conversions(names)).toMatchObject({ double: ['car'], title: ['a/b', 'a:b', 'x'.repeat(80)] });
	});

	test('of options are distinct as the database compares them', () => {
		const classification = { type: 'radio', name: 'q', options: [] as object[] };
		for (const value of ['Rot', 'rot', 'röt', 'a!', 'a?']) classification.options.push({ value, label: value });
		const ontology = { tools: [], classifications: [classification] };
		expect(entry(ontology, 'q')?.options).toEqual({ Rot: 'Rot', rot_2: 'röt', a_: 'a!', a__2: 'a?' });
		expect(conversions(ontology)).toEqual({ 'double-option': ['rot'], option: ['röt', 'a!', 'a?'] });
	});
});
