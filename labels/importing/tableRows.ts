import { asJson } from '../codecs/parquet';
import { isFiniteNumber, isList, isRecord, type JsonRecord } from '../parsing/record';

/**
 * A row of a Hub table as the metadata.jsonl of an image folder has it: `file_name`, and `objects` or `label`, with class names instead of
 * class IDs. Without a column `label`, the first column of class IDs is the class of the image. Source: huggingface.co/docs/datasets/about_dataset_features.
 *
 * @param features of the table, as the key `huggingface` of its schema tells them.
 */
export function metadataOfRow(
	row: Readonly<Record<string, unknown>>,
	features: Readonly<Record<string, unknown>>,
	fileName: string,
): JsonRecord {
	if (row.objects !== undefined) return { file_name: fileName, objects: named(asJson(row.objects), features.objects) };
	const label = row.label === undefined ? Object.keys(features).find((key) => namesOf(features[key])) : 'label';
	const className = label === undefined ? undefined : named(asJson(row[label]), features[label]);
	return className === undefined || className === null
		? { file_name: fileName }
		: { file_name: fileName, label: className };
}

/** The value with names in place of class IDs; an ID that stands for none, such as -1, becomes null. */
function named(value: unknown, feature: unknown): unknown {
	if (isList(value)) return value.map((each) => named(each, innerOf(feature)));
	if (isRecord(value)) {
		const inner = innerOf(feature);
		return Object.fromEntries(
			Object.entries(value).map(([key, each]) => [key, named(each, isRecord(inner) ? inner[key] : undefined)]),
		);
	}
	const names = namesOf(feature) ?? namesOf(innerOf(feature));
	return names !== undefined && isFiniteNumber(value) ? (names[value] ?? null) : value;
}

/** Of the elements of a list, written as `{"feature": …, "_type": "List"}` (formerly "Sequence") or `[…]`. */
function innerOf(feature: unknown): unknown {
	if (isList(feature)) return feature[0];
	return isRecord(feature) && feature.feature !== undefined ? feature.feature : feature;
}

function namesOf(feature: unknown): readonly unknown[] | undefined {
	return isRecord(feature) && isList(feature.names) ? feature.names : undefined;
}
