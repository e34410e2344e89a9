import type { IDataObject } from 'n8n-workflow';
import { compareTexts, eachObject, findKey, hasValues, type LabelObject, renamedKey } from '@datagym/labels';
import type { ConfigurationPlan } from './configuration';
import type { DatasetImage } from './fileSource';
import type { LabelReading } from './readLabels';
import type { FileNote, Survey } from './survey';

/** What an import does, before it is done. */
export interface ImportPlan {
	readonly survey: Survey;
	readonly reading: LabelReading;
	readonly configuration: ConfigurationPlan;
	/** Names in DataGym by path. */
	readonly names: ReadonlyMap<string, string>;
	/** All files that are left out, wholly or in part. */
	readonly notes: readonly FileNote[];
}

/** Of a list in the output item, since a dataset can have as many faults as files. */
const MOST_LISTED = 500;

/**
 * The plan as an output item.
 *
 * @param stateOf whether the dataset has an image by name, or why what it has is another one.
 */
export function planRecord(
	{ survey, reading, configuration, names, notes }: ImportPlan,
	stateOf: (image: DatasetImage) => string,
): IDataObject {
	const states = new Map([...survey.images].map(([path, image]) => [path, stateOf(image)]));
	const newImages = [...states.values()].filter((state) => state === 'new').length;
	const conflicts = [...states].filter(([, state]) => state !== 'new' && state !== 'existing');
	const conflicting = new Map(conflicts);
	const labeled = [...reading.labels].flatMap(([path, { image, fault, format }]) => {
		const isLabeled = image.objects.length > 0 || hasValues(image.classifications);
		return fault === undefined && isLabeled && !conflicting.has(path) ? [{ image, format }] : [];
	});
	const faulty = [...reading.labels].flatMap(([path, { fault, file }]) =>
		fault === undefined ? [] : [{ path, file, message: fault }],
	);
	const classes = classesOf(reading, configuration);
	const isKept = (object: LabelObject) =>
		findKey(configuration.lost, renamedKey(object, configuration.renamed)) === undefined;
	return {
		formats: [...new Set(labeled.map(({ format }) => format.name))],
		imageCount: survey.images.size,
		newImages,
		existingImages: survey.images.size - newImages,
		labeledImages: labeled.length,
		labelCount: labeled.reduce((sum, { image }) => sum + image.objects.filter(isKept).length, 0),
		classes: classes.map((each) => ({ ...each })),
		addedToLabelConfig: [...configuration.added],
		notInLabelConfig: [...configuration.lost],
		renamedImages: listed(
			[...names]
				.filter(([path, name]) => !path.normalize('NFC').endsWith(name.normalize('NFC')))
				.map(([path, imageName]) => ({ path, imageName })),
		),
		imagesWithWrongLabels: listed(faulty),
		problems: listed([
			...conflicts.map(([file, message]) => ({ file, message })),
			...notes.map((note) => ({ ...note })),
		]),
	};
}

interface ClassCount {
	readonly className: string;
	readonly labelCount: number;
	readonly status: 'added' | 'existing' | 'lost';
	/** The key in DataGym, if it is another. */
	readonly renamedTo?: string;
}

/** Nested labels count as well. */
function classesOf({ labels }: LabelReading, { added, lost, renamed }: ConfigurationPlan): ClassCount[] {
	const counts = new Map<string, { className: string; key: string; labelCount: number }>();
	for (const { image } of labels.values())
		eachObject(image, (object) => {
			const { className } = object;
			const key = renamedKey(object, renamed);
			const known = counts.get(`${className}\n${key}`) ?? { className, key, labelCount: 0 };
			known.labelCount++;
			counts.set(`${className}\n${key}`, known);
		});
	const keysOf = (paths: readonly string[]) => paths.map((path) => path.slice(path.lastIndexOf('/') + 1));
	const [addedKeys, lostKeys] = [keysOf(added), keysOf(lost)];
	return [...counts.values()]
		.sort((a, b) => compareTexts(`${a.className} ${a.key}`, `${b.className} ${b.key}`))
		.map(({ className, key, labelCount }) => {
			const isIn = (keys: readonly string[]) => findKey(keys, key) !== undefined;
			return {
				className,
				labelCount,
				status: isIn(addedKeys) ? 'added' : isIn(lostKeys) ? 'lost' : 'existing',
				...(key === className ? {} : { renamedTo: key }),
			};
		});
}

function listed(list: readonly IDataObject[]): IDataObject[] {
	return list.slice(0, MOST_LISTED);
}
