import { TASK_STATES, type ListedTask } from '@datagym/client';
import { type LabelClass, readExport } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { getLabelConfig } from '@datagym/shared/labelConfig';
import { projectId as projectIdField } from '../fields';
import { getTasks } from '../projectTasks';
import type { ItemInput } from '../runner/itemInput';
import type { Run } from '../runner/runContext';
import { checkConfiguration } from './fields';
import { ImageNames, type NamedImage } from './imageNames';

export type { NamedImage };

/** Those of the project that the item is about, read once a run. */
export async function projectImages(item: ItemInput, run: Run): Promise<ProjectImages> {
	const projectId = item.id(projectIdField);
	const checksClasses = item.options.flag(checkConfiguration);
	return await run.share(
		`images ${projectId} ${checksClasses}`,
		async (patient) => await ProjectImages.of(patient, projectId, checksClasses),
	);
}

/** A project's images and classes, known before an import, since the server's own checks say too little. */
export class ProjectImages {
	private readonly names: ImageNames;

	private constructor(
		/** By image; undefined on servers of the documented generation, which have no task list. */
		private readonly tasks: ReadonlyMap<string, ListedTask> | undefined,
		/** Images with finished tasks, where only the export tells them. */
		private readonly finished: ReadonlySet<string>,
		readonly classes: readonly LabelClass[] | undefined,
		/** Whether segmentations can be made label by label, since an import stores them empty. */
		readonly drawsSegmentations: boolean,
	) {
		this.names = new ImageNames([...(tasks?.values() ?? [])]);
	}

	static async of(run: Run, projectId: string, withClasses: boolean): Promise<ProjectImages> {
		if (!(await run.api.has('tasks'))) return await ProjectImages.ofDocumentedServer(run, projectId);
		const tasks = await getTasks(run, projectId, TASK_STATES);
		const config = withClasses ? await getLabelConfig(run.api, projectId) : undefined;
		const byImage = new Map(tasks.map((task) => [task.imageId, task]));
		return new ProjectImages(byImage, new Set(), config?.classes, await run.api.has('singleLabels'));
	}

	/** The export lists the finished images there; its classes have neither options nor nesting, so they are not used to check. */
	private static async ofDocumentedServer({ api }: Run, projectId: string): Promise<ProjectImages> {
		const finished = [...readExport(await api.exports.elements(projectId))].flatMap((element) =>
			element.kind === 'image' ? [element.image.imageId] : [],
		);
		return new ProjectImages(undefined, new Set(finished), undefined, false);
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

	task(imageId: string): ListedTask | undefined {
		return this.tasks?.get(imageId);
	}

	/** All images of that name, of the dataset if one is given: several datasets of a project can hold the same name. */
	named(imageName: string, dataset?: DatasetImages): readonly NamedImage[] {
		return this.search((names) => names.find(imageName), dataset);
	}

	/** Images that may be meant by a name that none of them has, since other tools change the names of files. */
	similar(imageName: string, dataset?: DatasetImages): readonly NamedImage[] {
		return this.search((names) => names.similar(imageName), dataset);
	}

	private search(look: (names: ImageNames) => readonly NamedImage[], dataset?: DatasetImages): readonly NamedImage[] {
		if (this.tasks === undefined) return dataset === undefined ? [] : look(dataset.names);
		const found = look(this.names);
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
		const named = await run.api.datasets.foldImages(datasetId, () => {
			const images: NamedImage[] = [];
			return { add: ({ imageId, imageName }) => images.push({ imageId, imageName }), end: () => images };
		});
		return new DatasetImages(named);
	}

	has(imageId: string): boolean {
		return this.ids.has(imageId);
	}
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

/**
 * By DataGym's ID, or else by the file name, if one image of the project has it. What is no ID in `imageId` is empty.
 *
 * @param mayDiffer whether other tools can have changed the name.
 */
export function identify(
	{ imageId, imageName }: NamedImage,
	{ images, dataset, idField }: Places,
	mayDiffer = true,
): NamedImage {
	if (imageId !== '') {
		if (images.knows(imageId) !== false)
			return { imageId, imageName: imageName || (images.task(imageId)?.imageName ?? '') };
		throw new InputError(
			`The image ${imageId} has no task in this project`,
			"Check the image ID, and add the image's dataset to the project.",
		);
	}
	const exact = images.named(imageName, dataset);
	const [found, ...others] = exact.length > 0 || !mayDiffer ? exact : images.similar(imageName, dataset);
	if (found !== undefined && others.length === 0) return { imageId: found.imageId, imageName: found.imageName };
	if (found === undefined)
		throw new InputError(
			`No image of ${dataset === undefined ? 'this project' : 'the dataset'} is named "${imageName}"`,
			`Check the file name, or use ${idField}.`,
		);
	const where = dataset === undefined ? 'this project' : 'the dataset';
	if (exact.length > 0)
		throw new InputError(
			`${others.length + 1} images of ${where} are named "${imageName}"`,
			`Use ${idField} instead of the name, or choose the "Dataset" in the options.`,
		);
	const names = [found, ...others].slice(0, MAX_CANDIDATES).map((image) => `"${image.imageName}"`);
	const more = others.length + 1 - names.length;
	throw new InputError(
		`The name "${imageName}" is similar to those of ${others.length + 1} images: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
		`Use ${idField}, or the exact file name.`,
	);
}

const MAX_CANDIDATES = 10;

/** A text that may be either. */
export function reference(text: string, { images }: Places): NamedImage {
	const isId = images.knows(text) === true || (ID.test(text) && images.named(text).length === 0);
	return isId ? { imageId: text, imageName: '' } : { imageId: '', imageName: text };
}
