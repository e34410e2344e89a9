import type { Fold, ListedImage, ListedTask } from '@datagym/client';
import { type LabelClass, readExport } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { getLabelConfig } from '@datagym/shared/labelConfig';
import { LongMap } from '@datagym/shared/longMap';
import { finish, paced } from '@datagym/shared/turns';
import { projectId as projectIdField } from '../../fields';
import type { ItemInput } from '../../runner/itemInput';
import type { Run } from '../../runner/runContext';
import { checkConfiguration } from '../fields';
import { expectedImages } from './expectedImages';
import { ImageNames, type NamedImage } from './imageNames';
import { looksLikeId } from './itemNames';
import { allImages, expectedOnly, type KnownImages } from './knownImages';

export type { NamedImage };

/** Those of the project that the item is about, read once a run: those that are expected, if they can be found so, or else all. */
export async function projectImages(item: ItemInput, run: Run): Promise<ProjectImages> {
	const projectId = item.id(projectIdField);
	const checksClasses = item.options.flag(checkConfiguration);
	return await run.share(`images ${projectId} ${checksClasses}`, async (patient) => {
		const expected = await expectedImages(run, projectId);
		return await ProjectImages.of(patient, projectId, checksClasses, expected);
	});
}

/** What is asked for is not among the images that were searched for, which does not mean that the project does not have it. */
class NotAmongExpected extends Error {}

/** A project's images and classes, known before an import, since the server's own checks say too little. */
export class ProjectImages {
	private reading: Promise<KnownImages> | undefined;

	private constructor(
		/** Undefined on servers of the documented generation, which have no task list. */
		private known: KnownImages | undefined,
		private readonly readAll: () => Promise<KnownImages>,
		/** Images with finished tasks, where only the export tells them. */
		private readonly finished: ReadonlySet<string>,
		readonly classes: readonly LabelClass[] | undefined,
		/** Whether segmentations can be made label by label, since an import stores them empty. */
		readonly drawsSegmentations: boolean,
	) {}

	/** @param expected images that are probably the only ones that are asked for. */
	static async of(
		run: Run,
		projectId: string,
		withClasses: boolean,
		expected: readonly NamedImage[] = [],
	): Promise<ProjectImages> {
		if (!(await run.api.has('tasks'))) return await ProjectImages.ofDocumentedServer(run, projectId);
		const readAll = async () => await allImages(run, projectId);
		const known = (await expectedOnly(run, projectId, expected)) ?? (await readAll());
		const areAll = known.completeNames === undefined;
		const config = withClasses ? await getLabelConfig(run.api, projectId, undefined, { ...known, areAll }) : undefined;
		return new ProjectImages(known, readAll, new Set(), config?.classes, await run.api.has('singleLabels'));
	}

	/** The export lists the finished images there; its classes have neither options nor nesting, so they are not used to check. */
	private static async ofDocumentedServer({ api }: Run, projectId: string): Promise<ProjectImages> {
		const finished = [...readExport(await api.exports.elements(projectId))].flatMap((element) =>
			element.kind === 'image' ? [element.image.imageId] : [],
		);
		const readAll = async () => await Promise.reject(new NotAmongExpected());
		return new ProjectImages(undefined, readAll, new Set(finished), undefined, false);
	}

	/**
	 * Does work that asks for images. If it asks for others than were expected, all are read, and it is done once more, so until then it
	 * changes nothing.
	 */
	async lookFor<Value>(work: () => Value | Promise<Value>): Promise<Value> {
		return await Promise.resolve()
			.then(work)
			.catch(async (error: unknown) => {
				if (!(error instanceof NotAmongExpected)) throw error;
				if (this.known?.completeNames !== undefined) {
					this.reading ??= this.readAll();
					this.known = await this.reading.finally(() => (this.reading = undefined));
				}
				return await work();
			});
	}

	/** The state of the image's task, as far as it is known: on servers of the documented generation, only that it is finished. */
	state(imageId: string): string | undefined {
		return this.task(imageId)?.state ?? (this.finished.has(imageId) ? 'COMPLETED' : undefined);
	}

	/** Whether the server tells who made the labels of a task. */
	get tellsAuthors(): boolean {
		return this.known !== undefined;
	}

	/** Whether the image has a task in the project; undefined if the server does not say. */
	knows(imageId: string): boolean | undefined {
		return this.known && this.task(imageId) !== undefined;
	}

	task(imageId: string): ListedTask | undefined {
		const task = this.known?.tasks.get(imageId);
		// A name is not an ID, too.
		if (task === undefined && this.known?.completeNames?.has(imageId) === false) throw new NotAmongExpected();
		return task;
	}

	/** Whether any of these names may be that of the image. */
	mayBeNamed(imageId: string, imageNames: readonly string[]): boolean {
		if (this.known?.completeNames === undefined) return true;
		const { names } = this.known;
		return imageNames.some((name) => names.find(name).some((image) => image.imageId === imageId));
	}

	/** All images of that name, of the dataset if one is given: several datasets of a project can hold the same name. */
	named(imageName: string, dataset?: DatasetImages): readonly NamedImage[] {
		const isSearch = this.known?.completeNames !== undefined;
		const look = (names: ImageNames) => (isSearch ? names.findInDataGym(imageName) : names.find(imageName));
		return this.search(look, dataset, imageName);
	}

	/** Images that may be meant by a name that none of them has, since other tools change the names of files. */
	similar(imageName: string, dataset?: DatasetImages): readonly NamedImage[] {
		return this.search((names) => names.similar(imageName), dataset);
	}

	/** @param wholeName of which all images have been searched for that can be meant by it, but for those that only resemble it. */
	private search(
		look: (names: ImageNames) => readonly NamedImage[],
		dataset: DatasetImages | undefined,
		wholeName?: string,
	): readonly NamedImage[] {
		if (this.known === undefined) return dataset === undefined ? [] : look(dataset.names);
		const { names, completeNames } = this.known;
		const found = look(names);
		const isOnlyOne = found.length === 1 && wholeName !== undefined && completeNames?.has(wholeName) === true;
		if (completeNames !== undefined && !isOnlyOne) throw new NotAmongExpected();
		return dataset === undefined ? found : found.filter(({ imageId }) => dataset.has(imageId));
	}
}

/** The images of one dataset. */
export class DatasetImages {
	private constructor(
		readonly names: ImageNames,
		private readonly ids: LongMap<true>,
	) {}

	static async of(run: Run, datasetId: string): Promise<DatasetImages> {
		const images = await run.api.datasets.foldImages(datasetId, namedImages);
		const ids = new LongMap<true>();
		for await (const { imageId } of paced(images)) ids.set(imageId, true);
		return new DatasetImages(await finish(ImageNames.of(images)), ids);
	}

	has(imageId: string): boolean {
		return this.ids.has(imageId);
	}
}

/** There can be a million, so no more is kept of each. */
function namedImages(): Fold<ListedImage, readonly NamedImage[]> {
	const images: NamedImage[] = [];
	return { add: ({ imageId, imageName }) => void images.push({ imageId, imageName }), end: () => images };
}

/** Where images are looked for. */
export interface Places {
	readonly images: ProjectImages;
	/** Bounds the search by name, if the user chose one. */
	readonly dataset?: DatasetImages | undefined;
	/** What identifies an image where a name does not, for remedies. */
	readonly idField: string;
}

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
	const isId = images.knows(text) === true || (looksLikeId(text) && images.named(text).length === 0);
	return isId ? { imageId: text, imageName: '' } : { imageId: '', imageName: text };
}
