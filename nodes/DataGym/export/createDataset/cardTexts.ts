import type { CardTexts } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { ItemInput } from '../../runner/itemInput';
import * as fields from './fields';

/** Undefined if no card is asked for. @throws InputError for a license that is no identifier. */
export function readCardTexts({ options }: ItemInput): CardTexts | undefined {
	const [card] = options.rows(fields.datasetCard);
	if (card === undefined) return undefined;
	const text = (value: unknown) => (typeof value === 'string' ? value.trim() : '');
	const license = text(card.license).toLowerCase();
	if (license !== '' && !/^[a-z0-9][a-z0-9.-]*$/.test(license))
		throw new InputError(
			`"${license.slice(0, 80)}" is not the identifier of a license`,
			'Enter one of huggingface.co/docs/hub/repositories-licenses, such as cc-by-4.0, or other.',
		);
	return { name: text(card.name), description: text(card.description), license };
}
