// How small may the hidden representation be? Trains one model per latent size and sets each beside the best that any
// linear model of that size can do.
//   dotnet fsi scripts/compare-latent-sizes.fsx --dataset digits --model basic --latents 4,8,16,32 --epochs 10
#load "Prelude.fsx"
open GeneratingImages.Core
open GeneratingImages.Training
open Prelude

let epochs = number "epochs" "10"
let image = data.Train.Image

let model latent =
    match argument "model" "basic" with
    | "basic" -> Autoencoders.Basic(image, latent)
    | "deep" -> Autoencoders.Deep(image, latent, [| 32; 64; 128 |])
    | other -> failwith $"--model {other}: use basic or deep"

let rows =
    [ for latent in numbers "latents" "4,8,16,32" do
        let objective = Reconstruction(model latent, ReconstructionTask.Rebuild, Adam())
        use session = train (Experiment(Name = $"latent {latent}", Data = data, Objective = objective, Epochs = epochs))
        use trained = reconstructor objective session
        latent, testError trained, LinearFloor.Rebuild(data.Train, data.Test, latent) ]

printfn ""
printfn "latent   test MSE   linear floor   ratio"
for latent, error, floor in rows do
    printfn $"{latent, 6}   {error:F5}    {floor:F5}        {error / floor:F2}"

let sizes = [| for latent, _, _ in rows -> float latent |]
let plot =
    LinePlot(
        Title = $"Rebuilding {data.Name}: how small a hidden representation",
        XLabel = "latent size", YLabel = "test MSE", LogarithmicX = true,
        Series = [ PlotSeries(argument "model" "basic", sizes, [| for _, error, _ in rows -> error |])
                   PlotSeries("linear floor", sizes, [| for _, _, floor in rows -> floor |]) ])
plot.Write(output "latent-sizes.png")
printfn $"""plot: {output "latent-sizes.png"}"""
