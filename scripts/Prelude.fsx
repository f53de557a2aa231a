// What every script needs: the built assemblies, the names in them, and the script's own arguments.
// Build first: dotnet build -c Release
#I "../src/Runner/bin/Release/net10.0"
#r "GeneratingImages.Core.dll"
#r "GeneratingImages.Cpu.dll"
#r "GeneratingImages.Training.dll"

open System
open System.IO
open System.Globalization
open System.Runtime.InteropServices
open GeneratingImages.Core
open GeneratingImages.Cpu
open GeneratingImages.Training

CultureInfo.CurrentCulture <- CultureInfo.InvariantCulture

// F# Interactive looks for native libraries beside itself; the picture library's lies with the program.
let private picturesLibrary =
    let name =
        if RuntimeInformation.IsOSPlatform OSPlatform.Windows then "libSkiaSharp.dll"
        elif RuntimeInformation.IsOSPlatform OSPlatform.OSX then "libSkiaSharp.dylib"
        else "libSkiaSharp.so"
    let folder = Path.Combine(__SOURCE_DIRECTORY__, "../src/Runner/bin/Release/net10.0/runtimes")
    let system = if RuntimeInformation.IsOSPlatform OSPlatform.OSX then "osx" else RuntimeInformation.RuntimeIdentifier
    let file = Path.Combine(folder, system, "native", name)
    if File.Exists file then NativeLibrary.Load file |> ignore

/// The value after --name on the script's command line, or the default.
let argument (name: string) (otherwise: string) =
    let given = fsi.CommandLineArgs |> Array.skip 1
    match Array.tryFindIndex ((=) $"--{name}") given with
    | Some i when i + 1 < given.Length -> given[i + 1]
    | Some _ -> failwith $"--{name} needs a value"
    | None -> otherwise

/// The value after --name as whole numbers, such as 8,16,32.
let numbers name otherwise =
    (argument name otherwise).Split ',' |> Array.map (fun n -> Int32.Parse(n, CultureInfo.InvariantCulture)) |> List.ofArray

/// The value after --name as one whole number.
let number name otherwise = Int32.Parse(argument name otherwise, CultureInfo.InvariantCulture)

/// The data set named by --dataset (the built-in digits unless given), its first --limit training images.
let data =
    let limit = number "limit" "0"
    DataSets.Load(argument "dataset" "digits", DataOptions(Limit = (if limit > 0 then Nullable limit else Nullable())))

/// The processor, all of it.
let backend = new CpuBackend()

/// Where pictures go: --out, or the folder the script was started in.
let output (file: string) =
    let folder = argument "out" "."
    Directory.CreateDirectory folder |> ignore
    Path.Combine(folder, file)

/// Trains and says how each epoch went.
let train (experiment: Experiment) =
    printfn $"{experiment.Name}: {data.Train.Count} images, {experiment.Epochs} epochs"
    Trainer(backend).Fit(experiment, onEpoch = fun e ->
        printfn $"  epoch {e.Epoch}: training {e.TrainingLoss:F5}, validation {e.ValidationLoss:F5}, {e.ImagesPerSecond:F0} images/s")

/// Compiles a trained model for looking at images.
let reconstructor (objective: Reconstruction) (session: TrainingSession) =
    new Reconstructor(objective, data.Test.Image, 100, backend, session.Parameters)

/// The mean squared error over all pixels of the test images.
let testError (model: Reconstructor) =
    let output = model.Run data.Test
    let pixels = data.Test.Pixels.ToArray()
    Array.fold2 (fun sum (o: float32) (p: byte) -> sum + (float o - float p / 255.0) ** 2.0) 0.0 output pixels / float output.Length
