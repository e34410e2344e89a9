import type { Steps } from '../steps/steps';
import { type DuplicateSensitivity, HashIndex } from './hashIndex';

/** What is known of an image's file. */
export interface ImageHashes {
	/** Of the bytes, as hexadecimal digits. */
	readonly sha256: string;
	/** 64 hexadecimal digits (`Picture.perceptualHash`); undefined for a file that is not decoded, or an image that is too uniform. */
	readonly perceptualHash?: string | undefined;
}

/** An image of a group, and in how many bits of the hash it differs from the first; 0 for equal bytes. */
interface Duplicate<Image> {
	readonly image: Image;
	readonly distance: number;
	/** Whether it has the bytes of the first image. */
	readonly isExact: boolean;
}

/** The first image, which all others were compared with, and those. */
export interface DuplicateGroup<Image> {
	readonly first: Image;
	readonly duplicates: ReadonlyArray<Duplicate<Image>>;
}

/**
 * Groups of images that show the same. An image belongs to the first image that it is near to, in the order given: the nearest
 * one of those that began a group, else it begins one. So all images of a group look like its first one, and no chain of small
 * differences joins images that are far apart, however many lie in between; and a thousand frames of a still scene are compared with
 * one image each.
 *
 * @param images those to keep first. The result depends on the order only.
 * @param sensitivity undefined if only equal bytes count.
 * @returns the groups with more than one image, in the order of their first images.
 */
export function* duplicateGroups<Image extends ImageHashes>(
	images: readonly Image[],
	sensitivity: DuplicateSensitivity | undefined,
): Steps<ReadonlyArray<DuplicateGroup<Image>>> {
	const groups: Array<{ first: Image; duplicates: Array<Duplicate<Image>> }> = [];
	/** By the bytes: the group, and the distance there. */
	const known = new Map<string, { readonly group: number; readonly distance: number }>();
	const index = sensitivity === undefined ? undefined : new HashIndex(sensitivity);
	/** The groups by their place in the index. */
	const indexed: number[] = [];
	for (const image of images) {
		yield;
		const { sha256, perceptualHash } = image;
		const near = index !== undefined && perceptualHash !== undefined ? index.nearest(perceptualHash) : undefined;
		const found = known.get(sha256) ?? (near && { group: indexed[near.place] ?? 0, distance: near.distance });
		const group = found === undefined ? undefined : groups[found.group];
		if (found !== undefined && group !== undefined) {
			group.duplicates.push({ image, distance: found.distance, isExact: sha256 === group.first.sha256 });
			known.set(sha256, found);
			continue;
		}
		known.set(sha256, { group: groups.length, distance: 0 });
		if (index !== undefined && perceptualHash !== undefined) {
			index.add(perceptualHash);
			indexed.push(groups.length);
		}
		groups.push({ first: image, duplicates: [] });
	}
	return groups.filter(({ duplicates }) => duplicates.length > 0);
}
