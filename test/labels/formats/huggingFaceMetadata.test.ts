import { detectFormat } from '@datagym/labels/formats/detect';
import { huggingFaceMetadata } from '@datagym/labels/formats/huggingFaceMetadata';
import { openAnswer } from '@datagym/labels/formats/openedAnswer';
import { NO_PARAMETERS } from '@datagym/nodes/DataGym/prediction/answers/detection';
import { readInput } from '@datagym/labels/formats/format';

const read = (text: unknown) => {
	const parameters = { ...NO_PARAMETERS, image: { imageId: '', imageName: '' }, classNames: ['car', 'dog'] };
	const { images, problems } = readInput(huggingFaceMetadata.reads, text, parameters);
	return {
		images: images.map(({ image: { imageName, objects, classifications } }) => [
			imageName,
			...objects.map(({ className }) => className),
			...Object.values(classifications).flatMap(({ values }) => values),
		]),
		problems: [...problems, ...images.flatMap((image) => image.problems)].map(({ reason }) => reason),
	};
};

/** What Detect Automatically makes of a file. */
const detected = (text: string) => {
	const detection = detectFormat(openAnswer(text));
	return detection.kind === 'format' ? read(detection.recognized.input) : detection.kind;
};

// The files below are as Python's json.dumps and pandas 2.3.3 write them.
describe('Metadata as Python writes it', () => {
	const ROW = '{"file_name": "b.jpg", "objects": {"bbox": [[1, 2, 3, 4]], "categories": ["car"]}}';

	test('keeps a row with NaN, which json.dumps writes for what is missing', () => {
		const text = `{"file_name": "a.jpg", "objects": {"bbox": [[1, 2, 3, 4]], "categories": ["dog"]}, "age": NaN}\n${ROW}\n`;
		expect(detected(text)).toEqual({
			images: [
				['a.jpg', 'dog'],
				['b.jpg', 'car'],
			],
			problems: [],
		});
	});

	test('refuses a line that is no JSON, and one that is cut off, instead of losing its image', () => {
		expect(openAnswer(`${ROW}\n{"file_name": "c.jpg", "objects": {"bbox" [[1]]}}\n${ROW}\n`)).toMatchObject({
			levels: [[expect.any(String)]],
			broken: expect.stringContaining('{"file_name": "c.jpg", "objects": {"bbox" [[1]]}}'),
		});
		expect(openAnswer(`${ROW}\n${ROW}\n{"file_name": "c.jpg", "obj`)).toMatchObject({
			levels: [[expect.any(String)]],
			cut: expect.stringContaining('"c.jpg"'),
		});
		expect(openAnswer(`The boxes [as asked, {x} and so on]:\n${ROW}`).levels[0]).toHaveLength(2);
	});

	test('takes a row without objects for an image without labels, if other rows have some', () => {
		expect(detected(`{"file_name": "a.jpg", "objects": null}\n${ROW}\n`)).toEqual({
			images: [['a.jpg'], ['b.jpg', 'car']],
			problems: [],
		});
		expect(detected('file_name,objects\na.jpg,\nb.jpg,"{""bbox"": [[1,2,3,4]], ""categories"": [0]}"\n')).toEqual({
			images: [['a.jpg'], ['b.jpg', 'car']],
			problems: [],
		});
	});

	test('reads dictionaries in cells as DataFrame.to_csv prints them', () => {
		const cell = `"{'bbox': [[1.5, 2, 30, 40], [5, 6, 7, 8]], 'categories': [0, 1], 'score': None}"`;
		expect(detected(`file_name,objects\nimages/a.jpg,${cell}\n`)).toEqual({
			images: [['a.jpg', 'car', 'dog']],
			problems: [],
		});
	});

	test('passes over columns that it does not know, once the format is chosen', () => {
		expect(read('file_name,text,label\na.jpg,a cat,cat\n')).toEqual({ images: [['a.jpg', 'cat']], problems: [] });
		const lines = '{"file_name": "a.jpg", "age": 3, "label": "cat"}\n{"file_name": "b.jpg", "age": 4, "label": "dog"}';
		expect(read(lines).images).toEqual([
			['a.jpg', 'cat'],
			['b.jpg', 'dog'],
		]);
	});
});
