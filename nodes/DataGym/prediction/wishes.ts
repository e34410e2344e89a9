import { isList, isRecord, type PredictionPreparation, shown } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { ItemInput } from '../itemInput';

/** What is to be done to a model's output, from the node's options; `isAsIs` for DataGym JSON, which is imported as it is. */
export function readPreparation(item: ItemInput, isAsIs: boolean): PredictionPreparation {
	return {
		minimumScore: share(item, 'minimumScore', 'Minimum Score'),
		maxOverlap: share(item, 'maxOverlap', 'Largest Overlap'),
		classNames: classMapping(item),
		exclude: commaList(String(item.option('excludeClasses') ?? '')),
		clip: item.option('clip') === undefined ? !isAsIs : item.option('clip') === true,
		round: item.option('round') === true,
	};
}

function share(item: ItemInput, name: string, label: string): number | undefined {
	const value = item.option(name);
	if (value === undefined || value === null || value === '') return undefined;
	const number = Number(value);
	if (number >= 0 && number <= 1) return number;
	throw new InputError(`“${label}” must be from 0 to 1, but is ${shown(value)}`, 'Divide percentages by 100.');
}

function classMapping(item: ItemInput): Readonly<Record<string, string>> {
	const value = item.jsonOption('classMapping', 'Class Mapping') ?? {};
	const isMapping =
		isRecord(value) && Object.values(value).every((key) => typeof key === 'string' && key.trim() !== '');
	if (!isMapping)
		throw new InputError(
			'“Class Mapping” must be an object of class keys',
			'Give JSON such as {"automobile": "car"}, from the model’s name to the key of a label class.',
		);
	return value as Record<string, string>;
}

export function commaList(text: string): readonly string[] {
	return text
		.split(',')
		.map((part) => part.trim())
		.filter((part) => part !== '');
}

/** Names by number: {"1": "car"}, or ["car", "van"] from 0, or a text with commas between them. */
export function namesOf(given: unknown, label: string): ReadonlyMap<number, string> {
	const entries =
		typeof given === 'string'
			? [...commaList(given).entries()]
			: isList(given)
				? [...given.entries()]
				: isRecord(given)
					? Object.entries(given)
					: [];
	const names = new Map<number, string>();
	for (const [key, name] of entries) {
		const number = Number(key);
		if (!Number.isInteger(number) || number < 0 || number > LARGEST_NUMBER || typeof name !== 'string' || name === '') {
			throw new InputError(
				`“${label}” must hold names by their numbers, but ${shown(key)} is ${shown(name)}`,
				'Give JSON such as {"0": "car", "1": "van"}.',
			);
		}
		names.set(number, name);
	}
	return names;
}

const LARGEST_NUMBER = 99_999;
