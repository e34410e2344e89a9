import { compareTexts } from '../../datagym/labelOrder';
import { type LabeledImage, possibleSizes } from '../../model';

/** How images of projects are recognized as the same. `automatic`: by ID, and by name where no other project has the ID. */
export type ImageIdentity = 'automatic' | 'id' | 'name';

/** A project's finished images, and the names of all of its images. */
export interface ProjectImages {
	readonly images: readonly LabeledImage[];
	/** Of all images, finished or not, one entry each; without them, those of the finished ones are all that is known. */
	readonly allNames?: readonly string[];
}

export interface SameImages {
	/** Each image that two projects or more have finished, with the image of each project; undefined where it is not finished. */
	readonly same: readonly (readonly (LabeledImage | undefined)[])[];
	/** Finished images that no other project has finished, or that are not known to be the same. */
	readonly alone: readonly { readonly project: number; readonly image: LabeledImage }[];
	/** Names that several images of a project have, and another project, too: which one is meant cannot be known. */
	readonly ambiguousNames: readonly string[];
	/** Names of images whose copies are known to have another size, so that their coordinates do not compare. */
	readonly resizedNames: readonly string[];
}

/** Finds the same images of several projects. A name counts only if each project that has it has it once. */
export function sameImages(projects: readonly ProjectImages[], identity: ImageIdentity): SameImages {
	const rows = rowsById(projects, identity);
	if (identity === 'id') return result(rows, []);
	const names = projects.map(({ images, allNames }) => countNames(allNames ?? images.map((image) => image.imageName)));
	const joined: Row[] = [];
	const ambiguousNames: string[] = [];
	for (const [name, group] of rowsByName(rows)) {
		const isOnce = names.every((counts) => (counts.get(name) ?? 0) < 2) && areApart(group);
		if (name !== '' && isOnce) joined.push(projects.map((_, project) => group.find((row) => row[project])?.[project]));
		else {
			joined.push(...group);
			if (name !== '' && group.some((row, index) => group.slice(index + 1).some((other) => areApart([row, other]))))
				ambiguousNames.push(name);
		}
	}
	return result(joined, ambiguousNames.sort(compareTexts));
}

/** An image of each project. */
type Row = (LabeledImage | undefined)[];

function rowsById(projects: readonly ProjectImages[], identity: ImageIdentity): readonly Row[] {
	const rows: Row[] = [];
	const byId = new Map<string, Row>();
	projects.forEach(({ images }, project) => {
		for (const image of images) {
			const known = identity === 'name' || image.imageId === '' ? undefined : byId.get(image.imageId);
			const row = known ?? projects.map(() => undefined);
			row[project] = image;
			if (known !== undefined) continue;
			rows.push(row);
			byId.set(image.imageId, row);
		}
	});
	return rows;
}

function rowsByName(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
	const groups = new Map<string, Row[]>();
	for (const row of rows) {
		const name = row.find((image) => image !== undefined)?.imageName ?? '';
		const group = groups.get(name);
		if (group === undefined) groups.set(name, [row]);
		else group.push(row);
	}
	return groups;
}

function countNames(names: readonly string[]): ReadonlyMap<string, number> {
	const counts = new Map<string, number>();
	for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
	return counts;
}

/** Whether no project has an image in two of the rows. */
function areApart(rows: readonly Row[]): boolean {
	const projects = rows.flatMap((row) => row.flatMap((image, project) => (image === undefined ? [] : [project])));
	return new Set(projects).size === projects.length;
}

function result(rows: readonly Row[], ambiguousNames: readonly string[]): SameImages {
	const shared = rows.filter((row) => row.filter((image) => image !== undefined).length > 1);
	const same = shared.filter(isOfOneSize);
	const compared = new Set(same);
	return {
		same,
		alone: rows
			.filter((row) => !compared.has(row))
			.flatMap((row) => row.flatMap((image, project) => (image === undefined ? [] : [{ project, image }]))),
		ambiguousNames,
		resizedNames: shared.flatMap((row) => (compared.has(row) ? [] : (row.find((image) => image)?.imageName ?? []))),
	};
}

/** As far as sizes are known: sides can be swapped where an orientation is not. */
function isOfOneSize(row: Row): boolean {
	const [first = [], ...others] = row.flatMap((image) => {
		const sizes = image === undefined ? [] : possibleSizes(image);
		return sizes.length === 0 ? [] : [sizes];
	});
	return others.every((sizes) =>
		sizes.some(({ width, height }) => first.some((size) => size.width === width && size.height === height)),
	);
}
