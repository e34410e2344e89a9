import { jpeg } from '../support/images';
import type { SampleIds } from '../support/sampleParameters';
import { addDataset } from '../emulator/store/datasets';
import { addMedium } from '../emulator/store/media';
import type { Dataset, LabelValue, Medium, Project, Task } from '../emulator/store/model';
import type { ClassDraft, SeedLabels } from '../emulator/store/seeding';
import { valuesOf } from '../emulator/store/values';
import type { Emulator } from '../emulator/start';

/** Every token and every password of a proxy begins so; whatever holds this text has leaked one. */
export const SECRET = 'this-token-must-not-be-seen';

const CLASSES: ClassDraft[] = [
	{
		entryKey: 'car',
		type: 'rectangle',
		children: [{ entryKey: 'color', type: 'select', options: { red: 'Red', blue: 'Blue' } }],
	},
	{
		entryKey: 'van',
		type: 'rectangle',
		children: [{ entryKey: 'owner', type: 'select', options: { firm: 'Firm', person: 'Person' } }],
	},
	{ entryKey: 'sky', type: 'image_segmentation' },
	{ entryKey: 'weather', type: 'select', options: { sun: 'Sun', rain: 'Rain' } },
];

const car: SeedLabels = {
	labels: { car: [{ rectangle: [{ x: 1, y: 2, w: 30, h: 20 }], classifications: { color: ['red'] } }] },
};

/**
 * What an organization has, so that runs at the same time do not see each other: a project with two
 * finished images and one to label, a dataset beside it, a project with a video, and one with copies of the finished images.
 */
export interface Scene {
	readonly server: Emulator;
	readonly owner: string;
	readonly project: Project;
	readonly dataset: Dataset;
	readonly finished: Task;
	readonly waiting: Task;
	/** Not connected to any project. */
	readonly spare: Dataset;
	readonly spareImage: Medium;
	readonly videoTask: Task;
	/** With the same classes, and other labels on images of the same names. */
	readonly copies: Project;
	/** Images that the server's AI holds ready. */
	readonly prepared: Set<string>;
	/** The address of the proxy, behind which `/links/….jpg` are pictures, too. */
	linkHost: string;
}

let picture: Promise<Buffer> | undefined;
const SIZE = { width: 64, height: 48 };

/** @param owner who can see it. */
export async function makeScene(server: Emulator, owner: string, prepared: Set<string>): Promise<Scene> {
	const { project, dataset } = server.seed.project({ name: 'Fleet', owner, classes: CLASSES, datasetName: 'Cars' });
	const tasks = server.seed.tasks(project, dataset!, {
		count: 3,
		name: (index) => `${'abc'[index]}.jpg`,
		state: (index) => (index < 2 ? 'COMPLETED' : 'WAITING'),
		...SIZE,
	});
	picture ??= jpeg(SIZE);
	for (const task of tasks) {
		server.seed.label(task, car);
		await server.store.bytes.put(task.medium.id, await picture);
	}
	const spare = addDataset(server.store, { name: 'Spare', owner });
	const spareImage = addMedium(server.store, spare, {
		name: 'spare.jpg',
		sourceType: 'LOCAL',
		mimeType: 'image/jpeg',
		...SIZE,
	});
	return {
		server,
		owner,
		project,
		dataset: dataset!,
		finished: tasks[0]!,
		waiting: tasks[2]!,
		spare,
		spareImage,
		videoTask: videoTask(server, owner),
		copies: copies(server, owner),
		prepared,
		linkHost: '',
	};
}

/** Makes an image one that was added by URL. */
export function link({ linkHost }: Scene, { medium }: Task): void {
	medium.sourceType = 'SHAREABLE_LINK';
	medium.url = `${linkHost}/links/${medium.name}`;
}

/** What the host of the links gives. */
export const linkedPicture = async () => await (picture ??= jpeg(SIZE));

function videoTask({ seed }: Emulator, owner: string): Task {
	const { dataset } = seed.project({
		name: 'Drive',
		owner,
		datasetName: 'Clips',
		mediaType: 'VIDEO',
		classes: CLASSES,
	});
	const [task] = [...seed.video(dataset!, 'clip.mp4').tasks];
	seed.videoLabel(task!, 'car', [
		{ frameNumber: 10, frameType: 'START', content: { type: 'RECTANGLE', x: 1, y: 2, width: 30, height: 20 } },
	]);
	seed.move(task!, 'COMPLETED');
	return task!;
}

function copies({ seed }: Emulator, owner: string): Project {
	const { project, dataset } = seed.project({ name: 'Copies', owner, classes: CLASSES, datasetName: 'Copies' });
	const tasks = seed.tasks(project, dataset!, {
		count: 2,
		name: (index) => `${'ab'[index]}.jpg`,
		state: 'COMPLETED',
		...SIZE,
	});
	seed.label(tasks[0]!, car);
	seed.label(tasks[1]!, { labels: { van: [{ rectangle: [{ x: 3, y: 2, w: 30, h: 20 }] }] } });
	return project;
}

/** What the sample parameters are about. */
export const idsOf = (scene: Scene): SampleIds => ({
	project: scene.project.id,
	otherProject: scene.copies.id,
	dataset: scene.dataset.id,
	otherDataset: scene.spare.id,
	image: scene.finished.medium.id,
	finishedTask: scene.finished.id,
	openTask: scene.waiting.id,
	openImage: scene.waiting.medium.id,
	label: labelsOf(scene.waiting, 'car')[0]?.id ?? '',
	videoTask: scene.videoTask.id,
});

/** The labels of a class in a task. */
export const labelsOf = (task: Task, key: string): readonly LabelValue[] =>
	valuesOf(task).filter(({ entry }) => entry.key === key);

export const livingImages = ({ media }: Dataset): readonly Medium[] => [...media].filter(({ deleted }) => !deleted);

/** Where a rectangle begins, from the left. */
export const leftOf = ({ content }: LabelValue): number | null => (content.type === 'RECTANGLE' ? content.x : null);
