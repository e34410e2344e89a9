import { nameKey } from '@datagym/client';
import {
	checkLabelConfig,
	configurationOf,
	findKey,
	IMAGE_CLASS,
	isGeometryClass,
	isOfGeometry,
	type LabelConfigEntry,
	type LabeledImage,
	type LabelObject,
	mergeEntries,
	renamedKey,
	type RenamedClasses,
	type ServerEntry,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { updateEntries } from '../../labelConfig/update';
import type { ProjectLabelConfig } from '@datagym/shared/labelConfig';
import type { Run } from '../../runner/runContext';

/** What the labels of a dataset need of the project's label configuration. */
export interface ConfigurationPlan {
	/** What is sent to the server, if anything is added. */
	readonly entries: readonly LabelConfigEntry[];
	/** Classes and classifications that are added, as `car/color`. */
	readonly added: readonly string[];
	/** Those that cannot be added, and whose labels are left out. */
	readonly lost: readonly string[];
	readonly renamed: RenamedClasses;
}

/**
 * Compares the classes of a dataset with those of the project. By a token, DataGym takes a configuration only where none is, so that
 * nothing can be added to one (docs/contract.md#upload-a-configuration).
 *
 * @param config undefined if it is not known, since the project has no task to read it from.
 * @throws InputError if the project has none of the classes and they cannot be added, or DataGym would not take them.
 */
export async function planConfiguration(
	run: Run,
	images: readonly LabeledImage[],
	config: ProjectLabelConfig | undefined,
): Promise<ConfigurationPlan> {
	const { entries, renamed } = configurationOf(images, await run.api.has('singleLabels'));
	const existing = config?.entries ?? [];
	const wanted = entries.filter((entry) => !isAnsweredElsewhere(entry, existing));
	const known = config?.classes.filter(isGeometryClass).map(({ key }) => key) ?? [];
	const left = new Map([...renamed].filter(([name]) => isOfGeometry(name) || findKey(known, name) === undefined));
	const adapted = adaptedTo(existing, wanted);
	const { added } = mergeEntries(existing.map(asStored), adapted);
	const mayAdd = (config?.classes.length ?? 0) === 0 || (await run.api.has('labelConfigUpdates'));
	if (!mayAdd) {
		const isNothingKnown = wanted.length > 0 && wanted.every(({ entryKey }) => added.includes(entryKey));
		if (isNothingKnown) throw nothingKnown(added, known);
		return { entries: [], added: [], lost: added, renamed: left };
	}
	const checked = checkLabelConfig(adapted, nameKey);
	if (!checked.ok)
		throw new InputError(
			`The classes of the dataset cannot be added to the label configuration: ${checked.problems[0]?.message ?? ''}`,
			'Add the classes in DataGym, and run the node again.',
		);
	return { entries: added.length > 0 ? checked.entries : [], added, lost: [], renamed: left };
}

/** The class of a whole image answers the project's classification that has it as an option, whatever that is called. */
function isAnsweredElsewhere({ entryKey, options }: LabelConfigEntry, existing: readonly LabelConfigEntry[]): boolean {
	if (entryKey !== IMAGE_CLASS || options === undefined) return false;
	return existing.some(
		(other) =>
			other.options !== undefined && Object.keys(options).some((key) => Object.hasOwn(other.options ?? {}, key)),
	);
}

/** Adds what is planned, without losing a label. */
export async function applyConfiguration(run: Run, projectId: string, { entries }: ConfigurationPlan): Promise<void> {
	if (entries.length === 0) return;
	const { labelConfigurationId } = await run.api.projects.get(projectId);
	if (await run.api.has('labelConfigUpdates'))
		await updateEntries(run, { projectId, labelConfigurationId }, entries, { missing: 'keep', reopensTasks: false });
	else await run.api.labelConfigs.upload(labelConfigurationId, entries);
}

/** The labels with the keys that their classes get. */
export function withKeys(image: LabeledImage, renamed: RenamedClasses): LabeledImage {
	if (renamed.size === 0) return image;
	const rename = (object: LabelObject): LabelObject => ({
		...object,
		className: renamedKey(object, renamed),
		children: object.children.map(rename),
	});
	return { ...image, objects: image.objects.map(rename) };
}

/** What exists keeps its type, its name and its color; labels are converted to it. */
function adaptedTo(existing: readonly LabelConfigEntry[], wanted: readonly LabelConfigEntry[]): LabelConfigEntry[] {
	return wanted.map((entry) => {
		const key = findKey(
			existing.map(({ entryKey }) => entryKey),
			entry.entryKey,
		);
		const old = existing.find(({ entryKey }) => entryKey === key);
		if (old === undefined) return entry;
		const { color, ...rest } = entry;
		const children = adaptedTo(old.children, entry.children);
		const same = { ...rest, entryValue: old.entryValue, type: old.type, children };
		if (old.color !== undefined || color === undefined) return withoutForeign({ ...same, ...colorOf(old) }, old);
		return withoutForeign({ ...same, color }, old);
	});
}

const colorOf = ({ color }: LabelConfigEntry) => (color === undefined ? {} : { color });

/** Options and lengths are those of the existing type. */
function withoutForeign(entry: LabelConfigEntry, old: LabelConfigEntry): LabelConfigEntry {
	const { options, maxLength, ...rest } = entry;
	const isChoice = old.options !== undefined;
	return {
		...rest,
		...(isChoice && { options: { ...options, ...old.options } }),
		...(old.maxLength === undefined ? {} : { maxLength: old.maxLength ?? maxLength }),
	};
}

function asStored(entry: LabelConfigEntry): ServerEntry {
	return { ...entry, entryId: entry.entryKey, children: entry.children.map(asStored) };
}

const MAX_NAMES = 20;

function nothingKnown(unknown: readonly string[], known: readonly string[]): InputError {
	const names = unknown.slice(0, MAX_NAMES).join(', ');
	return new InputError(
		`The project has none of the classes of the dataset (${names}), and DataGym does not add classes to a label configuration by API without deleting all labels`,
		`Add them in DataGym, or use a project without a label configuration. The project has: ${known.slice(0, MAX_NAMES).join(', ') || 'no class'}.`,
	);
}
