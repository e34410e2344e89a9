import { possibleFileNames, stemOf } from '../dataset/fileNames';
import { folderOf, nameOf } from './layout';

/** Words in the paths of datasets that say nothing about where an image lies. */
const NEUTRAL: ReadonlySet<string> = new Set(
	'images image imgs img jpegimages labels label annotations annotation ann masks mask segmentationclass data dataset instances json txt xml csv parquet jsonl metadata'.split(
		' ',
	),
);

/** Finds the image in a dataset that a label file is about, or names. */
export class ImagePaths {
	private readonly byPath = new Map<string, string>();
	private readonly byName = new Map<string, string[]>();
	private readonly byStem = new Map<string, string[]>();
	/** By what files with marks of other tools can have been called before: Label Studio's own tasks say so. */
	private readonly byOriginal = new Map<string, string[]>();

	/** @param originals what a file can have been called before other tools changed its name. */
	constructor(
		paths: Iterable<string>,
		private readonly originals: (name: string) => readonly string[],
	) {
		for (const path of paths) {
			const key = keyOf(path);
			this.byPath.set(key, path);
			add(this.byName, nameOf(key), path);
			add(this.byStem, stemOf(nameOf(key)), path);
			for (const original of originals(nameOf(path)).map(keyOf))
				if (original !== nameOf(key)) add(this.byOriginal, original, path);
		}
	}

	/** The image of a label file with the same name but for the extension: beside it, or in the same place of another folder. */
	besideLabels(labelPath: string): string | undefined {
		const stem = stemOf(nameOf(keyOf(labelPath)));
		// Labels of `a.jpg` are called `a.txt`, and those of some tools `a.jpg.txt`.
		const candidates = this.byStem.get(stem) ?? this.byName.get(stem) ?? [];
		return nearest(candidates, labelPath);
	}

	/** Whether there is an image of that name, so that a PNG can be its mask. */
	hasOther(path: string): boolean {
		return (this.byStem.get(stemOf(nameOf(keyOf(path)))) ?? []).some((other) => other !== path);
	}

	/**
	 * The image that labels name, by its path from the label file or from the top, or by its name; of several, the one that lies
	 * nearest to the label file.
	 *
	 * @param imageId that DataGym's own files have beside the name.
	 */
	named(name: string, labelPath: string, imageId = ''): string | undefined {
		const path = keyOf(name.replace(/\\/g, '/').replace(/^(\.?\/)+/, ''));
		const folder = keyOf(folderOf(labelPath));
		const exact = this.byPath.get(folder === '' ? path : `${folder}/${path}`) ?? this.byPath.get(path);
		if (exact !== undefined) return exact;
		const names = [nameOf(path), ...this.originals(name), ...possibleFileNames({ imageId, imageName: nameOf(name) })];
		for (const each of names.map(keyOf)) {
			const candidates =
				this.byName.get(each) ?? (/\.\w+$/.test(each) ? this.byOriginal.get(each) : this.byStem.get(each));
			const found = candidates && nearest(endingSo(candidates, path), labelPath);
			if (found !== undefined) return found;
		}
		return undefined;
	}
}

/** Those whose path ends like the one that is named, if there are any. */
function endingSo(candidates: readonly string[], path: string): readonly string[] {
	const ending = candidates.filter((candidate) => keyOf(candidate).endsWith(`/${path}`));
	return ending.length > 0 ? ending : candidates;
}

/** The one that shares most of the words of its folders with the path; undefined if that is not one alone. */
function nearest(candidates: readonly string[], path: string): string | undefined {
	if (candidates.length <= 1) return candidates[0];
	const words = new Set(wordsOf(path));
	const scored = candidates.map((candidate) => {
		const own = wordsOf(folderOf(candidate));
		const shared = own.filter((word) => words.has(word)).length;
		return { candidate, score: shared - own.length * 0.01 + (folderOf(candidate) === folderOf(path) ? 1 : 0) };
	});
	const best = Math.max(...scored.map(({ score }) => score));
	const [only, ...others] = scored.filter(({ score }) => score === best);
	return others.length === 0 ? only?.candidate : undefined;
}

function wordsOf(path: string): string[] {
	return keyOf(path)
		.split(/[/_. -]/)
		.map((word) => (word === 'valid' || word === 'validation' ? 'val' : word))
		.filter((word) => word !== '' && !NEUTRAL.has(word));
}

function keyOf(path: string): string {
	return path.normalize('NFC').toLowerCase();
}

function add(lists: Map<string, string[]>, key: string, path: string): void {
	const list = lists.get(key);
	if (list === undefined) lists.set(key, [path]);
	else list.push(path);
}
