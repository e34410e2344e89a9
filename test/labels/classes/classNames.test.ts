import { readClassNames } from '@datagym/labels/classes/classNames';

const DATA_YAML = `# YOLO26 🚀 COCO8 dataset
path: ../datasets/coco8 # dataset root dir
train: images/train
val: images/val # a comment

nc: 3
names:
  0: person
  1: traffic light
  2: "dog: small"

download: https://example.com/coco8.zip
`;

describe('class names as people paste them', () => {
	test.each<[string, string, string[]]>([
		['names between commas', 'car, person,van', ['car', 'person', 'van']],
		['one name', 'car', ['car']],
		['lines (classes.txt)', 'car\r\ntraffic light\nvan\n', ['car', 'traffic light', 'van']],
		['lines with IDs', '0: car\n2: van\n1: bus', ['car', 'bus', 'van']],
		['JSON of names', '["car", "traffic light"]', ['car', 'traffic light']],
		['JSON by ID, with a gap', '{"0": "car", "2": "van"}', ['car', '', 'van']],
		['JSON by name, as Create Training Dataset gives it', '{"car": 1, "van": 0}', ['van', 'car']],
		[
			'config.json of a Hugging Face model',
			'{"model_type": "detr", "id2label": {"0": "car", "1": "van"}}',
			['car', 'van'],
		],
		['categories of COCO', '[{"id": 1, "name": "car"}, {"id": 2, "name": "van"}]', ['', 'car', 'van']],
		['data.yaml of Ultralytics', DATA_YAML, ['person', 'traffic light', 'dog: small']],
		[
			'data.yaml of Roboflow',
			"train: ../train/images\nnc: 2\nnames: ['car', 'traffic, light']\nroboflow:\n  license: MIT\n",
			['car', 'traffic, light'],
		],
		['data.yaml with a list', 'names:\n- car\n- traffic light\nnc: 2', ['car', 'traffic light']],
		['data.yaml with brackets over lines', 'names: [car,\n  van,\n  bus]\nnc: 3', ['car', 'van', 'bus']],
		['data.yaml with IDs in braces', 'names: {0: car, 1: van}', ['car', 'van']],
		['the names of data.yaml in brackets', "['car', 'van']", ['car', 'van']],
		['nothing', ' \n', []],
	])('%s', (_, text, names) => {
		expect(readClassNames(text)).toEqual(names);
	});

	test.each([
		['an ID that two names have', '0: car\n0: van'],
		['numbers in place of names', '[1, 2]'],
		['flags', '{"car": true}'],
		['an ID beyond all reason', '{"100000000": "car"}'],
		['brackets that do not end', 'names: [car, van'],
	])('%s are none', (_, text) => {
		expect(readClassNames(text)).toBeUndefined();
	});

	/** What PyYAML, which Ultralytics reads with, makes of them; the texts of names are kept as they are. */
	test.each<[string, string, string[] | undefined]>([
		['an anchor and its alias', 'all: &names [car, van]\nnames: *names', ['car', 'van']],
		['doubled quotes and escapes', "names:\n  - 'it''s'\n  - \"a\\tb\"", ["it's", 'a\tb']],
		['a bracket in quotes', "names: ['a]b', c]", ['a]b', 'c']],
		[
			'comments between and behind, and a number sign in quotes',
			"names:\n  # one\n  0: car # c\n  1: 'van # x'",
			['car', 'van # x'],
		],
		['comments in brackets', "names: [\n  'car', # first\n  'van',\n]", ['car', 'van']],
		['everything in braces', '{names: [car, van], nc: 2}', ['car', 'van']],
		['a key in quotes', '"names": [car, van]', ['car', 'van']],
		['a tag of Python', 'names: !!python/tuple [car, van]', ['car', 'van']],
		['a folded text', 'names:\n  0: >-\n    long\n    name\n  1: car', ['long name', 'car']],
		[
			'words and numbers of YAML',
			'names: [yes, no, null, 1, 1.50, 2026-01-01]',
			['yes', 'no', 'null', '1', '1.50', '2026-01-01'],
		],
		['an ID without a name', 'names:\n  0: ""\n  1: car', ['', 'car']],
		['a document between marks', '%YAML 1.2\n---\nnames: [car]\n...\n', ['car']],
		['an ID that two names have', 'names:\n  0: car\n  0: van', undefined],
		['lists in lists', 'names: [[car], [van]]', undefined],
		['aliases that grow', `a: &a [x, x]\n${bomb()}names: *z`, undefined],
		['brackets without end', `names: ${'['.repeat(100_000)}`, undefined],
		['lists in lists on a line', `names:\n${'- '.repeat(100_000)}car`, undefined],
		['keys in keys on a line', `names:\n${'? '.repeat(100_000)}car`, undefined],
	])('data.yaml with %s', (_, text, names) => {
		expect(readClassNames(text)).toEqual(names);
	});
});

/** Each alias stands for ten of the one before: a billion names, if they were written out. */
function bomb(): string {
	const letters = [...'abcdefghiz'];
	return letters
		.slice(1)
		.map((letter, index) => `${letter}: &${letter} [${Array<string>(10).fill(`*${letters[index]}`).join(', ')}]\n`)
		.join('');
}
