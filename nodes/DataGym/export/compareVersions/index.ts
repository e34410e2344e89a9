import { compareVersions as compare, type DatasetVersion } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { ItemInput } from '../../runner/itemInput';
import type { ItemOperation } from '../../runner/operation';
import { options as datasetOptions, fields as datasetFields } from '../createDataset/fields';
import { changedSettings, type EarlierRun, readManifest } from '../createDataset/manifest';
import * as fields from './fields';
import { changeItems, summaryItem, summarySentence, type Versions } from './records';

export const compareVersions: ItemOperation = {
	value: 'compareVersions',
	name: 'Compare Versions',
	action: 'Compare versions of training dataset',
	description: 'Compare two versions of a training dataset',
	fields: [fields.earlierVersion, fields.laterVersion, fields.output],
	// Everything is in the manifests, so no server is asked.
	run(item, { n8n }) {
		const versions = readVersions(item);
		n8n.addExecutionHints({ message: summarySentence(versions), location: 'outputPane' });
		return Promise.resolve(
			item.choice(fields.output) === 'summary'
				? [{ json: summaryItem(versions) }]
				: changeItems(versions).map((json) => ({ json })),
		);
	},
};

function readVersions(item: ItemInput): Versions {
	const { earlierVersion, laterVersion } = fields;
	// The first version has none before it: an empty object, which is also the default.
	const earlier = readManifest(item.optionalJson(earlierVersion) ?? {}, earlierVersion.displayName);
	const later = readManifest(item.json(laterVersion), laterVersion.displayName);
	const ofOther =
		earlier.projectId !== undefined && later.projectId !== undefined && earlier.projectId !== later.projectId;
	if (ofOther)
		throw new InputError(
			`The versions are of two projects (${earlier.projectId} and ${later.projectId})`,
			'Use two manifests of the same project.',
		);
	const changed = changedSettings(earlier.settings ?? {}, later.settings ?? {});
	return {
		earlier,
		later,
		comparison: compare(versionOf(earlier, later), versionOf(later, earlier)),
		changedSettings: [...datasetFields, ...datasetOptions]
			.filter(({ name }) => changed.includes(name))
			.map(({ displayName }) => displayName),
	};
}

/** The first version's fingerprints say something else. Classes of whole images have no IDs. */
function versionOf(run: EarlierRun, other: EarlierRun): DatasetVersion {
	const isComparable = run.version !== 1 && other.version !== 1;
	const isClassified = (run.settings?.classificationKey ?? '') !== '';
	return {
		classes: isClassified ? {} : run.classes,
		images: new Map(
			[...run.images].map(([imageId, { labels, split, counts }]) => [
				imageId,
				{ labels: isComparable ? labels : undefined, split, counts },
			]),
		),
		boxSizes: run.boxSizes,
	};
}
