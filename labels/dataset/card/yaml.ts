type Yaml = string | readonly Yaml[] | { readonly [key: string]: Yaml };

/** A card's metadata between the lines that Hugging Face looks for. Keys are ours and need no quotes; texts have quotes. */
export function yamlMetadata(values: Readonly<Record<string, Yaml>>): string {
	return `---\n${blockOf(values, '')}---\n`;
}

function blockOf(values: { readonly [key: string]: Yaml }, indent: string): string {
	return Object.entries(values)
		.map(([key, value]) => `${indent}${key}:${valueOf(value, indent)}`)
		.join('');
}

function valueOf(value: Yaml, indent: string): string {
	if (typeof value === 'string') return ` ${yamlText(value)}\n`;
	if (!isList(value)) return `\n${blockOf(value, `${indent}  `)}`;
	if (value.length === 0) return ' []\n';
	return `\n${value.map((entry) => `${indent}- ${entryOf(entry, `${indent}  `)}`).join('')}`;
}

function entryOf(value: Yaml, indent: string): string {
	return typeof value === 'string' || isList(value)
		? valueOf(value, indent).trimStart()
		: blockOf(value, indent).trimStart();
}

function isList(value: Yaml): value is readonly Yaml[] {
	return Array.isArray(value);
}

function yamlText(text: string): string {
	const isPlain =
		/^[a-z][a-z0-9]*(?:-[a-z0-9.]+)*$/i.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text);
	return isPlain ? text : quotedYaml(text);
}

/** JSON leaves some characters as they are that YAML would take for line ends, or refuses. */
export function quotedYaml(text: string): string {
	return JSON.stringify(text).replace(
		/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
		(character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
}
