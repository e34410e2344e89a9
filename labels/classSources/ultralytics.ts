import { isDataYaml, namesIn, namesOfYaml } from '../classes/classNames';
import { keypointNamesFor } from '../formats/shared/predictedKeypoints';
import { isList, isRecord } from '../parsing/record';
import { yamlIn } from '../parsing/yaml';
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
	description: 'Class names, and keypoints of poses',
	partOf(value) {
		if (typeof value === 'string') return isDataYaml(value) ? value : undefined;
		return isRecord(value) && value.names !== undefined && namesIn(value.names) !== undefined ? value : undefined;
	},
	read(part, report, geometry) {
		const { names, count, keypoints } =
			typeof part === 'string' ? posesIn(yamlIn(part), namesOfYaml) : posesIn(part, namesIn);
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

/** @param readNames of parsed YAML, whose numbers are texts, or of JSON. */
function posesIn(value: unknown, readNames: typeof namesIn): PoseNames {
	const { names, kpt_shape, kpt_names } = isRecord(value) ? value : {};
	const [count = 0] = isList(kpt_shape) ? kpt_shape : [];
	return {
		names: readNames(names),
		count: bounded(Number(count)),
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

function bounded(count: number): number {
	return Number.isInteger(count) && count > 0 && count <= MOST_KEYPOINTS ? count : 0;
}
