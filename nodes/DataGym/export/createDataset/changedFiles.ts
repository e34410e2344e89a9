import { type DatasetContainer, type DatasetFile, type FileSteps, sourceIdOf } from '@datagym/labels';
import { type EarlierRun, fingerprint, type ManifestImage } from './manifest';

/**
 * Passes on the files of a dataset that are to be written: all that are not as they were in the earlier run. Of images and of files
 * about one image, those that are new or differ; of files about several, all, so that each run's lists are of the whole dataset.
 *
 * What is removed, and what a manifest says of the files, is known once all files were read.
 */
export class ChangedFiles {
	private readonly byImage = new Map<string, Record<string, string>>();
	private readonly pictures = new Map<string, string>();
	private readonly common: string[] = [];
	private partCounts: ReadonlyMap<string, number> | undefined;
	/** The outermost folders of all files, passed on or not. */
	readonly folders = new Set<string>();
	/** Files passed on. */
	writtenCount = 0;

	/** @param isAnew whether all files are written, whatever the earlier run wrote. */
	constructor(
		private readonly earlier: Pick<EarlierRun, 'images' | 'files'> | undefined,
		private readonly isAnew: boolean,
	) {}

	*of(files: FileSteps): Generator<DatasetFile | undefined> {
		for (const file of files) {
			if (file === undefined) {
				yield;
				continue;
			}
			this.folders.add(file.path.slice(0, Math.max(0, file.path.indexOf('/'))));
			const changed = this.changed(file);
			if (changed !== undefined) this.writtenCount++;
			yield changed;
		}
	}

	private changed(file: DatasetFile): DatasetFile | undefined {
		if ('parts' in file) return this.changedContainer(file);
		const image = 'image' in file ? file.image : file.labelsOf;
		if (image === undefined) {
			this.common.push(file.path);
			return file;
		}
		const imageId = sourceIdOf(image);
		if ('image' in file && image.part === undefined) this.pictures.set(imageId, file.path);
		// Without a manifest, nobody needs to know what was written.
		const isToBeWritten = this.earlier === undefined || this.differs(file, imageId, this.earlier);
		if (!isToBeWritten) return undefined;
		// What bytes are made of can be much larger than they are, so that it must not wait for its turn.
		return 'bytes' in file ? { path: file.path, bytes: file.bytes, labelsOf: image } : file;
	}

	/** A container differs if any of its parts does, or if it had other parts. */
	private changedContainer(file: DatasetContainer): DatasetFile | undefined {
		const { path, parts } = file;
		const partsOf = new Map<string, string[]>();
		for (const { file: picture, madeOf } of parts) {
			const imageId = sourceIdOf(picture.image);
			if (picture.image.part === undefined) this.pictures.set(imageId, picture.path);
			const made = partsOf.get(imageId) ?? [];
			partsOf.set(imageId, made);
			made.push(picture.path, ...madeOf);
		}
		if (this.earlier === undefined) return file;
		let isChanged = this.isAnew;
		for (const [imageId, made] of partsOf) {
			const hash = fingerprint(JSON.stringify(made));
			this.byImage.set(imageId, { ...this.byImage.get(imageId), [path]: hash });
			isChanged ||= this.earlier.images.get(imageId)?.files[path] !== hash;
		}
		isChanged ||= this.earlierPartCounts().get(path) !== partsOf.size;
		return isChanged ? file : undefined;
	}

	/** How many images the files of the earlier run were about. */
	private earlierPartCounts(): ReadonlyMap<string, number> {
		if (this.partCounts !== undefined) return this.partCounts;
		const counts = new Map<string, number>();
		for (const { files } of this.earlier?.images.values() ?? [])
			for (const path of Object.keys(files)) counts.set(path, (counts.get(path) ?? 0) + 1);
		this.partCounts = counts;
		return counts;
	}

	private differs(
		file: Exclude<DatasetFile, DatasetContainer>,
		imageId: string,
		{ images }: Pick<EarlierRun, 'images'>,
	): boolean {
		const hash = hashOf(file);
		const files = this.byImage.get(imageId) ?? {};
		files[file.path] = hash;
		this.byImage.set(imageId, files);
		return this.isAnew || images.get(imageId)?.files[file.path] !== hash;
	}

	/** Of an image that was left out when its file, the first of its files, was to be written. */
	forget(imageId: string): void {
		this.writtenCount--;
		this.byImage.delete(imageId);
		this.pictures.delete(imageId);
	}

	/** The fingerprints of an image's files by their paths. */
	filesOf(imageId: string): ManifestImage['files'] {
		return this.byImage.get(imageId) ?? {};
	}

	/** The path of the image itself, if it is included as a whole. */
	pictureOf(imageId: string): string | undefined {
		return this.pictures.get(imageId);
	}

	/** Paths of the files about several images. */
	get commonFiles(): readonly string[] {
		return this.common;
	}

	/** Paths of the earlier run that the dataset no longer has. */
	removedFiles(): string[] {
		const present = new Set([...this.common, ...[...this.byImage.values()].flatMap((files) => Object.keys(files))]);
		// Several images share a file that holds them.
		const before = new Set([
			...[...(this.earlier?.images.values() ?? [])].flatMap(({ files }) => Object.keys(files)),
			...(this.earlier?.files ?? []),
		]);
		return [...before].filter((path) => !present.has(path)).sort();
	}
}

/** Empty for an image itself, whose file never changes; of a part of it, which part it is. */
function hashOf(file: Exclude<DatasetFile, DatasetContainer>): string {
	if ('bytes' in file) return fingerprint(...(file.madeOf ?? [file.bytes]));
	if ('text' in file) return fingerprint(...file.text);
	const { part } = file.image;
	return part === undefined ? '' : fingerprint(JSON.stringify(part.regions[part.index]));
}
