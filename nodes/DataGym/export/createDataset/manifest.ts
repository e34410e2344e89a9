import { createHash } from 'crypto';
import { type ClassMapping, isRecord, type LabeledImage, readClassMapping, type Split, SPLITS } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';

const VERSION = 1;

/** What one run saves for the next one; plain JSON that the user stores. */
export interface Manifest {
	readonly version: typeof VERSION;
	/** Class name to its class ID. */
	readonly classes: ClassMapping;
	/** By image ID: a fingerprint of its labels, and its split. */
	readonly images: Readonly<Record<string, readonly [fingerprint: string, split: Split]>>;
}

/** Different whenever the image's name or labels are. Labels come in no order, so neither does the fingerprint know one. */
export function fingerprintOf({ imageName, status, objects, classifications }: LabeledImage): string {
	const labels = objects.map((object) => JSON.stringify({ ...object, id: undefined })).sort();
	return createHash('sha256')
		.update(JSON.stringify([imageName, status, labels, classifications]))
		.digest('base64url')
		.slice(0, 12);
}

export function readManifest(value: unknown): Manifest {
	if (!isRecord(value)) throw unusable('it is not an object');
	if (Object.keys(value).length === 0) return { version: VERSION, classes: {}, images: {} };
	if (value.version !== VERSION) throw unusable(`version ${String(value.version)} is not supported`);
	const { mapping, problems } = readClassMapping(value.classes);
	if (mapping === undefined) throw unusable(problems[0] ?? 'its classes cannot be read');
	if (!isRecord(value.images)) throw unusable('"images" is missing');
	const images: Record<string, readonly [string, Split]> = {};
	for (const [imageId, entry] of Object.entries(value.images)) {
		const [fingerprint, savedSplit]: unknown[] = Array.isArray(entry) ? entry : [];
		const split = SPLITS.find((known) => known === savedSplit);
		if (typeof fingerprint !== 'string' || split === undefined)
			throw unusable(`its entry for the image ${imageId} cannot be read`);
		images[imageId] = [fingerprint, split];
	}
	return { version: VERSION, classes: mapping, images };
}

export function makeManifest(
	images: readonly LabeledImage[],
	classes: ClassMapping,
	splitOf: (image: LabeledImage) => Split,
): Manifest {
	return {
		version: VERSION,
		classes,
		images: Object.fromEntries(images.map((image) => [image.imageId, [fingerprintOf(image), splitOf(image)] as const])),
	};
}

function unusable(why: string): InputError {
	return new InputError(
		`"Manifest" cannot be used: ${why}`,
		'Use the manifest of an earlier run unchanged, or {} to start over.',
	);
}
