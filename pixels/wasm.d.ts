/** The bytes of a WebAssembly file, by esbuild's loader `binary`. */
declare module '*.wasm' {
	const bytes: Uint8Array<ArrayBuffer>;
	export default bytes;
}

/** What is used of the WebAssembly JavaScript Interface (W3C), which TypeScript knows for browsers only. */
declare namespace WebAssembly {
	class Module {
		constructor(bytes: Uint8Array<ArrayBuffer>);
	}
	class Instance {
		constructor(module: Module, imports: Record<string, Record<string, (...parameters: number[]) => number>>);
		readonly exports: object;
	}
	interface Memory {
		/** Another one after the memory has grown. */
		readonly buffer: ArrayBuffer;
	}
}
