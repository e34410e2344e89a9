import { namesIn, readClassNames } from '../classes/classNames';
import { keypointNamesFor } from '../formats/shared/predictedKeypoints';
import { isList, isRecord, numbersOf } from '../parsing/record';
import type { ClassSource } from './classSource';
import { withKeypoints } from './keypoints';
import { classesOfNames } from './names';

/** Keypoints of a class; more are no model's. */
const MOST_KEYPOINTS = 1000;

/**
 * `data.yaml` of Ultralytics: `names` as a list or by class ID; for poses `kpt_shape: [17, 3]` and `kpt_names` by class ID.
 * Keypoints without names are COCO's 17, or are counted. The file does not say whether classes are boxes or polygons.
 * Source: docs.ultralytics.com/datasets, `cfg/datasets/coco8-pose.yaml` and `tiger-pose.yaml`; `kpt_names` of `data/utils.py`.
 */
export const ultralyticsClasses: ClassSource = {
	key: 'ultralytics',
	name: 'Ultralytics (data.yaml)',
	description: 'Class names, and of poses kpt_shape and kpt_names',
	partOf(value) {
		if (typeof value === 'string') return /^names[ \t]*:/m.test(value) ? value : undefined;
		return isRecord(value) && value.names !== undefined && namesIn(value.names) !== undefined ? value : undefined;
	},
	read(part, report, geometry) {
		const { names, count, keypoints } = typeof part === 'string' ? fromYaml(part) : fromJson(part);
		if (names === undefined) return 'The "names" in data.yaml cannot be read. Use a list, or names by class ID.';
		if (count === 0) return classesOfNames(names, report, geometry);
		const general = keypointNamesFor(count, []);
		const classes = names.flatMap((name, id) => (name.trim() === '' ? [] : [{ name: name.trim(), id }]));
		return classes.flatMap(({ name, id }) => {
			const given = keypoints(id);
			const points = given?.length === count ? given : typeof general === 'string' ? [] : general;
			if (points !== given && points[0] === 'keypoint_1') report.add('unnamed-points', name);
			return withKeypoints({ name, type: geometry ?? 'rectangle', children: [] }, points, report);
		});
	},
};

interface PoseNames {
	readonly names: readonly string[] | undefined;
	/** 0 if there are none. */
	readonly count: number;
	/** The names of the keypoints of a class. */
	readonly keypoints: (classId: number) => readonly string[] | undefined;
}

function fromJson(value: unknown): PoseNames {
	const { names, kpt_shape, kpt_names } = isRecord(value) ? value : {};
	const [count = 0] = numbersOf(kpt_shape) ?? [];
	return {
		names: namesIn(names),
		count: bounded(count),
		keypoints: (id) => {
			const given =
				isRecord(kpt_names) || isList(kpt_names)
					? Object.entries(kpt_names).find(([key]) => key === String(id))
					: undefined;
			const list = isList(kpt_names) && kpt_names.every((name) => typeof name === 'string') ? kpt_names : given?.[1];
			return isList(list) ? list.filter((name) => typeof name === 'string') : undefined;
		},
	};
}

/** YAML as Ultralytics and its exporters write it, without anchors and texts over several lines. */
function fromYaml(text: string): PoseNames {
	const lines = text.split(/\r?\n/);
	const shape = lines.findIndex((line) => /^kpt_shape\s*:/.test(line));
	const numbers = [lines[shape] ?? '', ...blockBelow(lines, shape)].join(' ').match(/\d+/g) ?? [];
	const start = lines.findIndex((line) => /^kpt_names\s*:/.test(line));
	const block = start === -1 ? [] : blockBelow(lines, start);
	return {
		names: readClassNames(text),
		count: bounded(Number(numbers[0] ?? 0)),
		keypoints: (id) => {
			const own = block.findIndex((line) => new RegExp(`^\\s*["']?${id}["']?\\s*:`).test(line));
			if (own === -1) return undefined;
			const after = (block[own] ?? '').slice((block[own] ?? '').indexOf(':') + 1).trim();
			const below = block.slice(own + 1);
			const next = below.findIndex((line) => /^\s*["']?\d+["']?\s*:/.test(line));
			const list = next === -1 ? below : below.slice(0, next);
			return readClassNames(after === '' ? list.join('\n') : [after, ...list].join(' '));
		},
	};
}

/** The lines below a key that are indented or items of a list. */
function blockBelow(lines: readonly string[], start: number): readonly string[] {
	if (start === -1) return [];
	const rest = lines.slice(start + 1);
	const end = rest.findIndex((line) => /^[^\s#-]/.test(line));
	return rest
		.slice(0, end === -1 ? rest.length : end)
		.filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
}

function bounded(count: number): number {
	return Number.isInteger(count) && count > 0 && count <= MOST_KEYPOINTS ? count : 0;
}
