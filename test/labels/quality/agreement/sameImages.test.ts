import type { LabeledImage } from '@datagym/labels/model';
import { type ImageIdentity, sameImages } from '@datagym/labels/quality/agreement/sameImages';

const image = (imageId: string, imageName: string): LabeledImage => ({
	imageId,
	imageName,
	objects: [],
	classifications: {},
});

/** `id:name` for each image of each project; what is the same, as IDs. */
function match(projects: readonly (readonly string[])[], identity: ImageIdentity, allNames?: readonly string[][]) {
	const given = projects.map((images, project) => ({
		images: images.map((text) => {
			const [id = '', name = ''] = text.split(':');
			return image(id, name);
		}),
		...(allNames?.[project] !== undefined && { allNames: allNames[project] }),
	}));
	const { same, alone, ambiguousNames } = sameImages(given, identity);
	return {
		same: same.map((row) => row.map((each) => each?.imageId ?? '-').join(' ')),
		alone: alone.map((each) => `${each.project} ${each.image.imageId}`),
		ambiguousNames,
	};
}

test('images of a shared dataset are the same by their IDs, also where their names repeat', () => {
	const images = ['1:a.jpg', '2:a.jpg'];
	expect(match([images, [...images].reverse()], 'automatic')).toEqual({
		same: ['1 1', '2 2'],
		alone: [],
		ambiguousNames: [],
	});
});

test('images of other datasets are the same by their names', () => {
	expect(match([['1:a.jpg', '2:b.jpg'], ['3:b.jpg']], 'automatic')).toEqual({
		same: ['2 3'],
		alone: ['0 1'],
		ambiguousNames: [],
	});
});

test('an image that has the same ID elsewhere is never the same as one that only has its name', () => {
	expect(match([['1:a.jpg'], ['1:a.jpg', '2:a.jpg']], 'automatic').same).toEqual(['1 1']);
});

test('a name that several images of a project have is told, not guessed', () => {
	const result = match(
		[
			['1:a.jpg', '2:b.jpg'],
			['3:a.jpg', '4:a.jpg', '5:b.jpg'],
		],
		'automatic',
	);
	expect(result).toEqual({ same: ['2 5'], alone: ['0 1', '1 3', '1 4'], ambiguousNames: ['a.jpg'] });
});

test('a name is ambiguous also if only one of the images that have it is finished', () => {
	const result = match([['1:a.jpg'], ['3:a.jpg']], 'automatic', [['a.jpg'], ['a.jpg', 'a.jpg']]);
	expect([result.same, result.ambiguousNames]).toEqual([[], ['a.jpg']]);
});

test('names do not count if IDs decide, and IDs do not if names decide', () => {
	const projects = [['1:a.jpg'], ['1:b.jpg', '2:a.jpg']];
	expect([match(projects, 'id').same, match(projects, 'name').same]).toEqual([['1 1'], ['1 2']]);
});

test('an image that two of three projects have finished is compared', () => {
	expect(match([['1:a.jpg'], ['2:b.jpg'], ['3:a.jpg']], 'automatic').same).toEqual(['1 - 3']);
});

test('copies of a third project join the images that two projects share', () => {
	expect(match([['1:a.jpg'], ['1:a.jpg'], ['3:a.jpg']], 'automatic').same).toEqual(['1 1 3']);
});

test('a copy whose name two shared images have joins neither', () => {
	const shared = ['1:a.jpg', '2:a.jpg'];
	const result = match([shared, shared, ['3:a.jpg']], 'automatic');
	expect([result.same, result.alone, result.ambiguousNames]).toEqual([['1 1 -', '2 2 -'], ['2 3'], ['a.jpg']]);
});

test('copies that are known to have other sizes are not the same', () => {
	const sized = (imageId: string, width: number, height: number) => ({
		images: [{ ...image(imageId, 'a.jpg'), storedSize: { width, height } }],
	});
	const { same, alone, resizedNames } = sameImages([sized('1', 640, 480), sized('2', 320, 240)], 'automatic');
	expect([same.length, alone.length, resizedNames]).toEqual([0, 2, ['a.jpg']]);
	// Stored in another orientation, it can be the same as displayed.
	expect(sameImages([sized('1', 640, 480), sized('2', 480, 640)], 'automatic').same).toHaveLength(1);
	expect(sameImages([sized('1', 640, 480), { images: [image('2', 'a.jpg')] }], 'automatic').same).toHaveLength(1);
});

test('names that trip up objects are names', () => {
	expect(match([['1:__proto__'], ['2:__proto__']], 'name').same).toEqual(['1 2']);
});
