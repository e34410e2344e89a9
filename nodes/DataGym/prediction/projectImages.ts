import { imageNameFor, nameKey, TASK_STATES, unicodeImageNameFor, type Task } from '@datagym/client';
import { type LabelClass, possibleFileNames, readExport, stemOf } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { getLabelConfig } from '../projectLabelConfig';
import { getTasks } from '../projectTasks';
import type { Run } from '../runner/runContext';

/** An image as far as it must be known to find it. */
export interface NamedImage {
	readonly imageId: string;
	readonly imageName: string;
}

/** A project's images and classes, known before an import, since the server's own checks say too little. */
export class ProjectImages {
	private readonly names: ImageNames;

	private constructor(
		/** By image; undefined on servers of the documented generation, which have no task list. */
		private readonly tasks: ReadonlyMap<string, Task> | undefined,
		/** Images with finished tasks, where only the export tells them. */
		private readonly finished: ReadonlySet<string>,
		readonly classes: readonly LabelClass[] | undefined,
	) {
		this.names = new ImageNames([...(tasks?.values() ?? [])]);
	}

	static async of(run: Run, projectId: string, withClasses: boolean): Promise<ProjectImages> {
		if (!(await run.api.has('tasks'))) return await ProjectImages.ofDocumentedServer(run, projectId);
		const tasks = await getTasks(run, projectId, TASK_STATES);
		const config = withClasses ? await getLabelConfig(run.api, projectId) : undefined;
		return new ProjectImages(new Map(tasks.map((task) => [task.imageId, task])), new Set(), config?.classes);
	}

	/** The export lists the finished images there; its classes have neither options nor nesting, so they are not used to check. */
	private static async ofDocumentedServer({ api }: Run, projectId: string): Promise<ProjectImages> {
		const finished = [...readExport(await api.exports.elements(projectId))].flatMap((element) =>
			element.kind === 'image' ? [element.image.imageId] : [],
		);
		return new ProjectImages(undefined, new Set(finished), undefined);
	}

	/** The state of the image's task, as far as it is known: on servers of the documented generation, only that it is finished. */
	state(imageId: string): string | undefined {
		return this.tasks?.get(imageId)?.state ?? (this.finished.has(imageId) ? 'COMPLETED' : undefined);
	}

	/** Whether the server tells who made the labels of a task. */
	get tellsAuthors(): boolean {
		return this.tasks !== undefined;
	}

	/** Whether the image has a task in the project; undefined if the server does not say. */
	knows(imageId: string): boolean | undefined {
		return this.tasks?.has(imageId);
	}

	task(imageId: string): Task | undefined {
		return this.tasks?.get(imageId);
	}

	/** All images of that name, of the dataset if one is given: several datasets of a project can hold the same name. */
	named(imageName: string, dataset?: DatasetImages): readonly NamedImage[] {
		if (this.tasks === undefined) return dataset?.names.find(imageName) ?? [];
		const found = this.names.find(imageName);
		return dataset === undefined ? found : found.filter(({ imageId }) => dataset.has(imageId));
	}
}

/** The images of one dataset. */
export class DatasetImages {
	readonly names: ImageNames;
	private readonly ids: ReadonlySet<string>;

	private constructor(images: readonly NamedImage[]) {
		this.names = new ImageNames(images);
		this.ids = new Set(images.map(({ imageId }) => imageId));
	}

	static async of(run: Run, datasetId: string): Promise<DatasetImages> {
		return new DatasetImages((await run.api.datasets.get(datasetId)).images);
	}

	has(imageId: string): boolean {
		return this.ids.has(imageId);
	}
}

/** Label files and COCO's own images are called after their images: front.txt, or 397133 for 000000397133.jpg. */
const LABEL_FILE = /\.(txt|xml|json)$/i;
const COCO_DIGITS = 12;

class ImageNames {
	private readonly byName = new Map<string, NamedImage[]>();
	private readonly byKey = new Map<string, NamedImage[]>();
	private readonly byStem = new Map<string, NamedImage[]>();
	private exported: ReadonlyMap<string, readonly NamedImage[]> | undefined;

	constructor(private readonly images: readonly NamedImage[]) {
		for (const image of images) {
			add(this.byName, image.imageName, image);
			add(this.byKey, nameKey(image.imageName), image);
			add(this.byStem, nameKey(image.imageName.replace(/\.[^.]*$/, '')), image);
		}
	}

	/**
	 * As the images are called, or else as DataGym calls a file of that name and compares names, or else by the name without its
	 * extension, or else as their files are called in a training dataset.
	 */
	find(name: string): readonly NamedImage[] {
		const found = this.findInDataGym(name);
		if (found.length === 1) return found;
		// Two images that differ in their extension only have different names there.
		const exported = this.exportedNames().get(name.replace(LABEL_FILE, '').normalize('NFC')) ?? [];
		return found.length === 0 || exported.length === 1 ? exported : found;
	}

	private findInDataGym(name: string): readonly NamedImage[] {
		const uploaded = [...new Set([imageNameFor(name), unicodeImageNameFor(name)])];
		const found =
			this.byName.get(name) ??
			first(uploaded, (each) => this.byName.get(each)) ??
			first(uploaded, (each) => this.byKey.get(nameKey(each)));
		return found ?? first(uploaded, (each) => this.findByStem(each)) ?? [];
	}

	private findByStem(uploaded: string): readonly NamedImage[] | undefined {
		const isStem = LABEL_FILE.test(uploaded) || !/\.\w+$/.test(uploaded);
		if (!isStem) return undefined;
		const stem = nameKey(uploaded.replace(LABEL_FILE, ''));
		return this.byStem.get(stem) ?? (/^\d+$/.test(stem) ? this.byStem.get(stem.padStart(COCO_DIGITS, '0')) : undefined);
	}

	/** Made once it is needed. */
	private exportedNames(): ReadonlyMap<string, readonly NamedImage[]> {
		return (this.exported ??= exportedNamesOf(this.images));
	}
}

/** What is found for the first of the names that anything is found for. */
function first<Found>(names: readonly string[], find: (name: string) => Found | undefined): Found | undefined {
	for (const name of names) {
		const found = find(name);
		if (found !== undefined) return found;
	}
	return undefined;
}

function exportedNamesOf(images: Iterable<NamedImage>): ReadonlyMap<string, readonly NamedImage[]> {
	const names = new Map<string, NamedImage[]>();
	for (const image of images) {
		const files = possibleFileNames(image);
		for (const name of new Set([...files, ...files.map(stemOf)])) add(names, name, image);
	}
	return names;
}

function add(images: Map<string, NamedImage[]>, name: string, image: NamedImage): void {
	const others = images.get(name);
	if (others === undefined) images.set(name, [image]);
	else others.push(image);
}

/** Where images are looked for. */
export interface Places {
	readonly images: ProjectImages;
	/** Bounds the search by name, if the user chose one. */
	readonly dataset?: DatasetImages | undefined;
	/** What identifies an image where a name does not, for remedies. */
	readonly idField: string;
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** By DataGym's ID, or else by the file name, if one image of the project has it. What is no ID in `imageId` is empty. */
export function identify({ imageId, imageName }: NamedImage, { images, dataset, idField }: Places): NamedImage {
	if (imageId !== '') {
		if (images.knows(imageId) !== false)
			return { imageId, imageName: imageName || (images.task(imageId)?.imageName ?? '') };
		throw new InputError(
			`The image ${imageId} has no task in this project`,
			"Check the image ID, and add the image's dataset to the project.",
		);
	}
	const [found, ...others] = images.named(imageName, dataset);
	if (found !== undefined && others.length === 0) return { imageId: found.imageId, imageName: found.imageName };
	const where = dataset === undefined ? 'this project' : 'the dataset';
	throw found === undefined
		? new InputError(
				`No image of ${dataset === undefined ? 'this project' : 'the dataset'} is named "${imageName}"`,
				`Check the file name, or use ${idField}.`,
			)
		: new InputError(
				`${others.length + 1} images of ${where} are named "${imageName}"`,
				`Use ${idField} instead of the name, or choose the "Dataset" in the options.`,
			);
}

/** A text that may be either. */
export function reference(text: string, { images }: Places): NamedImage {
	const isId = images.knows(text) === true || (ID.test(text) && images.named(text).length === 0);
	return isId ? { imageId: text, imageName: '' } : { imageId: '', imageName: text };
}
