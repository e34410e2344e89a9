import code from '@cwasm/jpeg-turbo/jpeg-turbo.wasm';
import { PictureError } from './model';

/** TurboJPEG's pixel formats (turbojpeg.h 2.0, `enum TJPF`), as far as they are needed, with their bytes a pixel. */
const RGB = { code: 0, bytes: 3 };
const GRAY = { code: 6, bytes: 1 };
const CMYK = { code: 11, bytes: 4 };

/** The part of TurboJPEG's API (libjpeg-turbo 2.0.4, turbojpeg.h) that the module exports. */
interface TurboJpeg {
	readonly memory: WebAssembly.Memory;
	malloc(size: number): number;
	free(pointer: number): void;
	tjInitDecompress(): number;
	tjDestroy(handle: number): number;
	tjDecompress2(
		handle: number,
		file: number,
		fileSize: number,
		pixels: number,
		width: number,
		rowBytes: number,
		height: number,
		pixelFormat: number,
		flags: number,
	): number;
}

/** A spare instance with more memory than this is not kept: memory of WebAssembly never shrinks. */
const KEPT_MEMORY = 128 * 1024 * 1024;

let compiled: WebAssembly.Module | undefined;
let spare: TurboJpeg | undefined;

/** Pixels in the memory of the codec. */
export interface DecodedJpeg {
	readonly width: number;
	readonly height: number;
	/** 1 (gray), 3 (RGB) or 4 (CMYK, inverted as Adobe stores it). */
	readonly channels: number;
	/** Whether libjpeg found something amiss, such as an early end, and went on. */
	readonly isAmiss: boolean;
	/** Row by row from the top; valid until `release`. */
	readonly data: Uint8Array;
	release(): void;
}

/**
 * Decodes a JPEG of that size and number of components as libjpeg-turbo does by default (exact DCT, smooth upsampling), so that
 * the pixels are those of Pillow and OpenCV. `eighths` asks for a smaller picture, of `ceil(size * eighths / 8)`.
 *
 * @throws PictureError `damaged` if libjpeg gives up.
 */
export function decodeJpeg(
	file: Uint8Array,
	size: { readonly width: number; readonly height: number },
	components: number,
	eighths = 8,
): DecodedJpeg {
	const codec = spare ?? instantiate();
	// Whatever throws leaves the codec's memory in a state that nobody knows.
	spare = undefined;
	const format = components === 1 ? GRAY : components === 4 ? CMYK : RGB;
	const width = Math.ceil((size.width * eighths) / 8);
	const height = Math.ceil((size.height * eighths) / 8);
	const input = allocate(codec, file.length);
	new Uint8Array(codec.memory.buffer, input, file.length).set(file);
	const pixels = allocate(codec, width * height * format.bytes);
	const handle = codec.tjInitDecompress();
	const rowBytes = width * format.bytes;
	const result = codec.tjDecompress2(handle, input, file.length, pixels, width, rowBytes, height, format.code, 0);
	codec.tjDestroy(handle);
	codec.free(input);
	return {
		width,
		height,
		channels: format.bytes,
		isAmiss: result !== 0,
		data: new Uint8Array(codec.memory.buffer, pixels, rowBytes * height),
		release: () => {
			codec.free(pixels);
			if (codec.memory.buffer.byteLength <= KEPT_MEMORY) spare = codec;
		},
	};
}

function allocate(codec: TurboJpeg, size: number): number {
	// Two billion bytes and more would be negative.
	const pointer = codec.malloc(size) >>> 0;
	if (pointer === 0) throw new PictureError('tooLarge', 'There is not enough memory for the picture.');
	return pointer;
}

function instantiate(): TurboJpeg {
	compiled ??= new WebAssembly.Module(code);
	const { exports } = new WebAssembly.Instance(compiled, {
		// An error of libjpeg ends the call: its instance is not used again.
		env: { setjmp: () => 0, longjmp: giveUp },
		wasi_snapshot_preview1: {
			environ_sizes_get: () => 0,
			environ_get: () => 0,
			fd_close: () => 0,
			fd_seek: () => 0,
			fd_write: () => 0,
			proc_exit: giveUp,
		},
	});
	return exports as unknown as TurboJpeg;
}

function giveUp(): never {
	throw new PictureError('damaged', 'The JPEG file is damaged.');
}
