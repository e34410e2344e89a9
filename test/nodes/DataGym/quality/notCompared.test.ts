/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { jsonOf } from '../../../support/datagym';
import { box, CLASSES, ComparedProjects, type Labeled, labelsOf } from './comparedProjects';

let lab: ComparedProjects;
beforeAll(async () => (lab = await ComparedProjects.open()));
afterAll(async () => await lab.close());

describe('What cannot be compared is told', () => {
	const errorOf = async (...given: Parameters<typeof lab.compare>) => {
		const { error } = await lab.compare(...given);
		return [error?.message, error?.description];
	};

	test('the same project twice', async () => {
		const one = lab.label([labelsOf({})]);
		expect(await errorOf('summary', [one, one])).toEqual([
			`The project ${one.project.id} is chosen twice`,
			expect.stringContaining('Choose another project'),
		]);
		const other = lab.label([labelsOf({})]);
		expect((await errorOf('summary', [one, other, other]))[0]).toBe(`The project ${other.project.id} is chosen twice`);
	});

	test('no image in common', async () => {
		const [one, other] = [lab.label([labelsOf({})]), lab.label([labelsOf({})])];
		other.tasks[0]!.medium.name = 'other.jpg';
		expect(await errorOf('summary', [one, other])).toEqual([
			'The projects have no finished images in common',
			expect.stringContaining('Finished images of each project: 1, 1.'),
		]);
		const copies = lab.label([labelsOf({})]);
		expect((await errorOf('summary', [one, copies], { matchImagesBy: 'id' }))[0]).toBe(
			'The projects have no finished images in common',
		);
	});

	test('a name that several images have, also if only one of them is finished', async () => {
		const { seed } = lab.datagym.server;
		const [one, other] = [lab.label([labelsOf({}), labelsOf({})]), lab.label([labelsOf({}), labelsOf({})])];
		seed.tasks(other.project, other.dataset, { count: 1, name: () => '0.jpg', state: 'WAITING' });
		const compared = await lab.compare('summary', [one, other]);
		expect(jsonOf(compared)).toMatchObject([{ imageCount: 1, notComparedCount: 2, ambiguousNames: ['0.jpg'] }]);
		expect(compared.hintsOf('DataGym')[0]?.message).toContain('several images of the same name: 0.jpg.');
		const [first, second] = [lab.label([labelsOf({})]), lab.label([labelsOf({})])];
		seed.tasks(second.project, second.dataset, { count: 1, name: () => '0.jpg', state: 'WAITING' });
		expect((await errorOf('summary', [first, second]))[0]).toContain('several images named "0.jpg"');
	});

	test.each(['export', 'tasks'])('a video project, from %s', async (labelSource) => {
		const { seed } = lab.datagym.server;
		const { project, dataset } = seed.project({
			name: lab.newName(),
			datasetName: lab.newName(),
			mediaType: 'VIDEO',
			classes: CLASSES,
		});
		const [task] = [...seed.video(dataset!, 'clip.mp4').tasks];
		seed.videoLabel(task!, 'car', [
			{ frameNumber: 10, frameType: 'START', content: { type: 'RECTANGLE', x: 1, y: 2, width: 30, height: 20 } },
		]);
		seed.move(task!, 'COMPLETED');
		const video: Labeled = { project, dataset: dataset!, tasks: [task!] };
		expect(await errorOf('summary', [lab.label([labelsOf({})]), video], { labelSource })).toEqual([
			`Only labels of images can be compared, but "${project.name}" is a video project`,
			'Choose an image project.',
		]);
	});

	test('classes that only one project has', async () => {
		const one = lab.label([labelsOf({ car: [box(0)] })]);
		const other = lab.label([labelsOf({ truck: [box(0)] })], {
			classes: [{ entryKey: 'truck', type: 'rectangle' }, ...CLASSES.slice(1)],
		});
		const compared = await lab.compare('summary', [one, other]);
		expect(jsonOf(compared)).toMatchObject([
			{
				confusion: [{ className: 'car', otherClassName: 'truck', count: 1 }],
				classesNotInAll: expect.arrayContaining([
					{ className: 'car', type: 'rectangle', projectIds: [one.project.id] },
					{ className: 'truck', type: 'rectangle', projectIds: [other.project.id] },
				]),
			},
		]);
		expect(compared.hintsOf('DataGym')[0]?.message).toMatch(
			/Classes that not all projects have: .*truck \(rectangle\)/,
		);
	});

	test('copies of another size, where task details tell it', async () => {
		const [one, other] = [lab.label([labelsOf({}), labelsOf({})]), lab.label([labelsOf({}), labelsOf({})])];
		other.tasks[0]!.medium.width = 320;
		other.tasks[0]!.medium.height = 240;
		const compared = await lab.compare('summary', [one, other], { labelSource: 'tasks' });
		expect(jsonOf(compared)).toMatchObject([{ imageCount: 1, resizedNames: ['0.jpg'] }]);
		expect(compared.hintsOf('DataGym')[0]?.message).toContain('copies of other sizes: 0.jpg.');
		lab.datagym.server.seed.move(one.tasks[1]!, 'WAITING');
		expect((await errorOf('summary', [one, other], { labelSource: 'tasks' }))[0]).toContain('The copies of "0.jpg"');
	});

	test('images that only one project has finished', async () => {
		const [one, other] = [lab.label([labelsOf({}), labelsOf({})]), lab.label([labelsOf({}), labelsOf({})])];
		lab.datagym.server.seed.move(other.tasks[1]!, 'WAITING');
		const compared = await lab.compare('images', [one, other]);
		expect(jsonOf(compared)).toHaveLength(1);
		expect(compared.hintsOf('DataGym')[0]?.message).toBe('Compared images: 1. Other finished images: 1.');
	});
});
