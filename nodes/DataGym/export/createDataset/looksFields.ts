import { field } from '@datagym/shared/fields';

export const includeHashes = field({
	displayName: 'Include Image Hashes',
	name: 'includeHashes',
	type: 'boolean',
	default: false,
	description: 'Whether to add SHA-256 and perceptual hashes to the manifest',
});

export const togetherByDuplicates = field({
	displayName: 'Keep Together by Near-Duplicates',
	name: 'togetherByDuplicates',
	type: 'boolean',
	default: false,
	description: 'Whether images that show the same share a split',
});
