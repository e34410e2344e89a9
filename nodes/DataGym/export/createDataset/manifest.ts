import { createHash } from 'crypto';
import {
	type BoxSizes,
	type ClassMapping,
	type ImageHashes,
	isList,
	isRecord,
	type LabeledImage,
	type LabelObject,
	ownValue,
	readClassMapping,
	shown,
	type Split,
	SPLITS,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';

const VERSION = 2;

/**
 * What one run saves for the next one; plain JSON that the user stores. It names every file of the dataset, so that the next run can
 * say which of them change and which are no longer part of it.
 */
export interface Manifest {
	readonly version: typeof VERSION;
	readonly projectId: string;
	/** What the dataset was made with, by the names of the fields. */
	readonly settings: DatasetSettings;
	/** Class name to its class ID. */
	readonly classes: ClassMapping;
	readonly images: Readonly<Record<string, ManifestImage>>;
	/** Paths of the files about several images, which every run writes anew. */
	readonly files: readonly string[];
	/** For comparisons of versions; manifests of earlier versions of this package have none. */
	readonly boxSizes?: BoxSizes | undefined;
}

export interface ManifestImage {
	/** A fingerprint of the name and the labels. */
	readonly labels: string;
	readonly split: Split;
	/** Labels by the name of their class in the dataset; manifests of earlier versions of this package have none. */
	readonly counts?: Readonly<Record<string, number>>;
	/** Of the file: width and height as displayed, EXIF orientation and type, if they were read. The file of an image never changes. */
	readonly file?: FileFacts;
	/** Of the file, if they were asked for. */
	readonly hashes?: ImageHashes;
	/** A fingerprint of each file of this image by its path; empty for the image itself. */
	readonly files: Readonly<Record<string, string>>;
}

export type FileFacts = Pick<LabeledImage, 'width' | 'height' | 'orientation' | 'fileType'>;

export type DatasetSettings = Readonly<Record<string, unknown>>;

/** What a manifest says of the run before. One of version 1 says neither its settings nor its files. */
export interface EarlierRun {
	readonly projectId?: string;
	readonly settings?: DatasetSettings;
	readonly classes: ClassMapping;
	readonly images: ReadonlyMap<string, ManifestImage>;
	readonly files: readonly string[];
	readonly boxSizes?: BoxSizes | undefined;
	readonly version: 'none' | 1 | typeof VERSION;
}

/** Different whenever the image's name or labels are. Labels come in no order, so neither does the fingerprint know one. */
export function fingerprintOf({ imageName, status, objects, classifications }: LabeledImage): string {
	const labels = objects.map(textOfLabel).sort();
	return fingerprint(JSON.stringify([imageName, status, labels, classifications]));
}

/** All that a label is but its ID, and those of the nested ones: only some sources give them, and each save new ones. */
function textOfLabel(label: LabelObject): string {
	return JSON.stringify({ ...label, id: undefined, children: label.children.map(textOfLabel) });
}

export function fingerprint(...parts: readonly (string | Uint8Array)[]): string {
	const hash = createHash('sha256');
	for (const part of parts) hash.update(part);
	return hash.digest('base64url').slice(0, 12);
}

/** @param field the name of the field that it is given in. */
export function readManifest(value: unknown, field = 'Manifest'): EarlierRun {
	const unusable = (why: string) => unusableManifest(field, why);
	if (!isRecord(value)) throw unusable(`it must be an object, but is ${shown(value)}`);
	if (Object.keys(value).length === 0) return { version: 'none', classes: {}, images: new Map(), files: [] };
	const { version, projectId, settings } = value;
	if (version === undefined && isRecord(value.manifest))
		throw unusable('it is the whole output of a run, not the field "manifest" in it');
	if (version === undefined) throw unusable('"version" is missing');
	if (version !== 1 && version !== VERSION) throw unusable(`version ${String(version)} is not supported`);
	const { mapping, problems } = readClassMapping(value.classes);
	if (mapping === undefined) throw unusable(problems[0] ?? 'its classes cannot be read');
	if (!isRecord(value.images)) throw unusable('"images" is missing');
	const images = new Map<string, ManifestImage>();
	for (const [imageId, entry] of Object.entries(value.images)) {
		const image = version === 1 ? readFirstVersion(entry) : readImage(entry);
		if (image === undefined) throw unusable(`its entry for the image ${imageId} cannot be read`);
		images.set(imageId, image);
	}
	if (version === 1) return { version, classes: mapping, images, files: [] };
	const files = isList(value.files) ? value.files.filter(isPathInside) : [];
	if (typeof projectId !== 'string' || !isRecord(settings) || !isList(value.files) || files.length < value.files.length)
		throw unusable('"projectId", "settings" or "files" is missing or damaged');
	const boxSizes = readBoxSizes(value.boxSizes);
	return { version, projectId, settings, classes: mapping, images, files, ...(boxSizes !== undefined && { boxSizes }) };
}

function readFirstVersion(entry: unknown): ManifestImage | undefined {
	const [labels, split]: unknown[] = isList(entry) ? [...entry] : [];
	const known = SPLITS.find((each) => each === split);
	return typeof labels === 'string' && known !== undefined ? { labels, split: known, files: {} } : undefined;
}

function readImage(entry: unknown): ManifestImage | undefined {
	if (!isRecord(entry) || !isRecord(entry.files)) return undefined;
	const { labels } = entry;
	const split = SPLITS.find((known) => known === entry.split);
	const files = Object.entries(entry.files).flatMap(([path, hash]) =>
		isPathInside(path) && typeof hash === 'string' ? [[path, hash] as const] : [],
	);
	const file = entry.file === undefined ? {} : readFacts(entry.file);
	const isWhole = files.length === Object.keys(entry.files).length && file !== undefined;
	if (typeof labels !== 'string' || split === undefined || !isWhole) return undefined;
	const counts = readCounts(entry.counts);
	const hashes = readHashes(entry.hashes);
	return {
		labels,
		split,
		...(counts !== undefined && { counts }),
		files: Object.fromEntries(files),
		...(entry.file !== undefined && { file }),
		...(hashes !== undefined && { hashes }),
	};
}

/** Anything but hashes counts as unknown, so that the file is read again. */
function readHashes(value: unknown): ImageHashes | undefined {
	if (!isRecord(value)) return undefined;
	const { sha256, perceptualHash } = value;
	if (!isHash(sha256) || (perceptualHash !== undefined && !isHash(perceptualHash))) return undefined;
	return { sha256, ...(perceptualHash !== undefined && { perceptualHash }) };
}

function isHash(value: unknown): value is string {
	return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0;

function readCounts(value: unknown): Readonly<Record<string, number>> | undefined {
	if (!isRecord(value)) return undefined;
	const counts = Object.entries(value).flatMap(([name, count]) => (isCount(count) ? [[name, count] as const] : []));
	return counts.length === Object.keys(value).length ? Object.fromEntries(counts) : undefined;
}

function readBoxSizes(value: unknown): BoxSizes | undefined {
	if (!isRecord(value)) return undefined;
	const sizes = Object.entries(value).flatMap(([name, bins]) =>
		isList(bins) && bins.every(isCount) ? [[name, bins.filter(isCount)] as const] : [],
	);
	return sizes.length === Object.keys(value).length ? Object.fromEntries(sizes) : undefined;
}

function readFacts(value: unknown): FileFacts | undefined {
	if (!isRecord(value)) return undefined;
	const { width, height, orientation, fileType } = value;
	const isSize = (number: unknown): number is number => Number.isInteger(number) && Number(number) > 0;
	if (!isSize(width) || !isSize(height) || !isSize(orientation) || orientation > 8) return undefined;
	return fileType === 'jpeg' || fileType === 'png' ? { width, height, orientation, fileType } : undefined;
}

/** What is to be removed comes from here: never anything outside of the dataset's folder. */
function isPathInside(path: unknown): path is string {
	return (
		typeof path === 'string' && !/[\p{Cc}\\:]/u.test(path) && path.split('/').every((part) => !/^\.{0,2}$/.test(part))
	);
}

/** The names of the settings that differ. One that an earlier version of this package did not know counts as equal. */
export function changedSettings(before: DatasetSettings, now: DatasetSettings): string[] {
	return Object.keys(now).filter((name) => {
		const earlier = ownValue(before, name);
		return earlier !== undefined && JSON.stringify(earlier) !== JSON.stringify(now[name]);
	});
}

export function makeManifest(parts: Omit<Manifest, 'version'>): Manifest {
	return { version: VERSION, ...parts };
}

function unusableManifest(field: string, why: string): InputError {
	return new InputError(
		`"${field}" cannot be used: ${why}`,
		'Use the manifest of an earlier run unchanged, or {} to start over.',
	);
}
