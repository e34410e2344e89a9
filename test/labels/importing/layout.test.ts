import { ImagePaths } from '@datagym/labels/importing/imagePaths';
import { kindOfFile, pathIn } from '@datagym/labels/importing/layout';

/** Docs/importing-datasets.md: what each file of a dataset is, and which image labels belong to. */

test.each([
	['train/images/a.JPG', 'picture'],
	['a.png', 'picture'],
	['a.webp', 'otherPicture'],
	['data.yaml', 'classNames'],
	['masks/classes.txt', 'classNames'],
	['labels/a.txt', 'labels'],
	['annotations.xml', 'labels'],
	['train/_annotations.coco.json', 'labels'],
	['train/metadata.parquet', 'labels'],
	['README.roboflow.txt', 'other'],
	['train.txt', 'other'],
	['ImageSets/Main/2007_train.txt', 'other'],
	['__MACOSX/train/._a.jpg', 'other'],
	['.git/a.json', 'other'],
	['run.sh', 'other'],
])('%s is %s', (path, kind) => {
	expect(kindOfFile(path)).toBe(kind);
});

test.each([
	['a/b.jpg', 'a/b.jpg'],
	['./a//b.jpg', 'a/b.jpg'],
	['/etc/passwd', 'etc/passwd'],
	['C:\\data\\a.jpg', 'data/a.jpg'],
	['../a.jpg', undefined],
	['a/../../b.jpg', undefined],
	['a\\..\\b.jpg', undefined],
	['folder/', undefined],
	['', undefined],
])('the name %j has the path %j', (name, path) => {
	expect(pathIn(name)).toBe(path);
});

const none = () => [];

describe('The image of a label file', () => {
	const paths = new ImagePaths(['images/train/a.jpg', 'images/val/a.jpg', 'images/val/b.png'], none);
	test.each([
		['labels/train/a.txt', 'images/train/a.jpg'],
		['labels/val/a.txt', 'images/val/a.jpg'],
		['labels/B.txt', 'images/val/b.png'],
		['labels/b.png.txt', 'images/val/b.png'],
		['labels/a.txt', undefined],
		['labels/c.txt', undefined],
	])('of %s is %s', (labels, image) => {
		expect(paths.besideLabels(labels)).toBe(image);
	});
});

describe('The image that labels name', () => {
	const paths = new ImagePaths(['images/train/a.jpg', 'images/val/a.jpg', 'images/val/b.png'], none);
	test.each([
		['a.jpg', 'annotations/instances_train.json', 'images/train/a.jpg'],
		['a.jpg', 'annotations/instances_val.json', 'images/val/a.jpg'],
		['val/a.jpg', 'annotations/all.json', 'images/val/a.jpg'],
		['..\\images\\val\\b.png', 'labels/b.json', 'images/val/b.png'],
		['b', 'labels/b.json', 'images/val/b.png'],
		['a.jpg', 'annotations/all.json', undefined],
		['c.jpg', 'annotations/all.json', undefined],
	])('%s in %s is %s', (name, file, image) => {
		expect(paths.named(name, file)).toBe(image);
	});
});
