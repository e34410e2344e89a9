/** The first JSON value of a text; what follows it is ignored, as the Java server does [650]. */
export type Reading =
	| { kind: 'value'; value: unknown }
	| { kind: 'nothing' }
	/** Line and column as the Java parser counts, both from 1, and its words [382, 384]. */
	| { kind: 'broken'; line: number; column: number; message: string };

export function readJson(text: string): Reading {
	if (/^\s*$/.test(text)) return { kind: 'nothing' };
	try {
		return { kind: 'value', value: JSON.parse(text) };
	} catch {
		return new Scanner(text).read();
	}
}

class Broken extends Error {
	constructor(
		readonly at: number,
		message: string,
	) {
		super(message);
	}
}

/** Finds where the first value ends, or why it does not. */
class Scanner {
	private at = 0;

	constructor(private readonly text: string) {}

	read(): Reading {
		try {
			this.skipBlanks();
			const start = this.at;
			this.value();
			return { kind: 'value', value: JSON.parse(this.text.slice(start, this.at)) };
		} catch (error) {
			const broken = error instanceof Broken ? error : new Broken(this.at, 'Unexpected character');
			const before = this.text.slice(0, broken.at);
			const line = before.split('\n').length;
			return { kind: 'broken', line, column: before.length - before.lastIndexOf('\n'), message: broken.message };
		}
	}

	private value(): void {
		const sign = this.text[this.at];
		if (sign === '{') this.collection('}', 'Object', () => this.member());
		else if (sign === '[') this.collection(']', 'Array', () => this.value());
		else if (sign === '"') this.string();
		else if (sign === undefined) throw new Broken(this.at, 'Unexpected end-of-input');
		else this.word();
	}

	private collection(end: string, what: 'Object' | 'Array', item: () => void): void {
		this.at++;
		this.insideBlanks(what);
		if (this.text[this.at] === end) {
			this.at++;
			return;
		}
		for (;;) {
			item();
			this.insideBlanks(what);
			const sign = this.text[this.at++];
			if (sign === end) return;
			if (sign !== ',') {
				throw new Broken(
					this.at,
					`Unexpected character ('${sign}' (code ${sign?.charCodeAt(0)})): was expecting comma to separate ${what} entries`,
				);
			}
			this.insideBlanks(what);
		}
	}

	private member(): void {
		if (this.text[this.at] !== '"') {
			const sign = this.text[this.at] ?? '';
			throw new Broken(
				this.at + 1,
				`Unexpected character ('${sign}' (code ${sign.charCodeAt(0)})): was expecting double-quote to start field name`,
			);
		}
		this.string();
		this.insideBlanks('Object');
		const sign = this.text[this.at++];
		if (sign !== ':') {
			throw new Broken(
				this.at,
				`Unexpected character ('${sign}' (code ${sign?.charCodeAt(0)})): was expecting a colon to separate field name and value`,
			);
		}
		this.insideBlanks('Object');
		this.value();
	}

	private string(): void {
		const found = /"(?:[^"\\]|\\.)*"/sy;
		found.lastIndex = this.at;
		if (!found.test(this.text)) throw new Broken(this.text.length, 'Unexpected end-of-input in VALUE_STRING');
		this.at = found.lastIndex;
	}

	private word(): void {
		const found = /[^\s,\]}[{"]+/y;
		found.lastIndex = this.at;
		const word = found.exec(this.text)?.[0] ?? '';
		this.at += Math.max(word.length, 1);
		if (/^(-?\d+(\.\d+)?([eE][+-]?\d+)?|true|false|null)$/.test(word)) return;
		throw new Broken(
			this.at,
			`Unrecognized token '${word}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`,
		);
	}

	private insideBlanks(what: 'Object' | 'Array'): void {
		this.skipBlanks();
		if (this.at >= this.text.length)
			throw new Broken(this.at, `Unexpected end-of-input within/between ${what} entries`);
	}

	private skipBlanks(): void {
		while (/\s/.test(this.text[this.at] ?? '')) this.at++;
	}
}
