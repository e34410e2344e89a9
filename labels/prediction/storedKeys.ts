import { classTree, type ClassTree } from '../classes/classTree';
import type { Classification, Classifications, LabelClass, LabeledImage, LabelObject } from '../model';
import { ownValue, setOwn } from '../parsing/record';

/**
 * The labels with the keys as the label configuration has them: a model's `Car` becomes the project's `car`. The server finds
 * most keys in any case, but those of classifications of the whole image only as it stores them, and keeps two spellings in one
 * import apart until it stores them. Keys that the configuration does not have stay as they are. Pure.
 * Source: `readGlobalClassifications` in datagym-core's ExternalApiServiceImpl.
 */
export function withStoredKeys(image: LabeledImage, classes: readonly LabelClass[]): LabeledImage {
	const tree = classTree(classes);
	return {
		...image,
		objects: storedObjects(image.objects, [], tree),
		classifications: storedBelow(image.classifications, [], tree),
	};
}

/** @param parents keys of the classes that the classifications are in. */
export function storedClassifications(
	classifications: Classifications,
	parents: readonly string[],
	classes: readonly LabelClass[],
): Classifications {
	return storedBelow(classifications, parents, classTree(classes));
}

function storedObjects(objects: readonly LabelObject[], parents: readonly string[], tree: ClassTree): LabelObject[] {
	return objects.map((object) => {
		const className = storedKey('geometry', parents, object.className, tree);
		const below = [...parents, className];
		return {
			...object,
			className,
			classifications: storedBelow(object.classifications, below, tree),
			children: storedObjects(object.children, below, tree),
		};
	});
}

/** Of two spellings of one key, the second stays as it is, so that the check can tell it. */
function storedBelow(
	classifications: Classifications,
	parents: readonly string[],
	tree: ClassTree,
): Record<string, Classification> {
	const stored: Record<string, Classification> = {};
	for (const [key, classification] of Object.entries(classifications)) {
		const found = storedKey('classification', parents, key, tree);
		const isTaken = ownValue(stored, found) !== undefined || ownValue(classifications, found) !== undefined;
		const children = storedBelow(classification.children, [...parents, found], tree);
		setOwn(stored, isTaken ? key : found, { ...classification, children });
	}
	return stored;
}

function storedKey(
	kind: 'geometry' | 'classification',
	parents: readonly string[],
	key: string,
	tree: ClassTree,
): string {
	const found = tree.find(kind, parents, key);
	return typeof found === 'string' ? key : found.key;
}
