// A small shop as people write them: minimal APIs and controllers, calls to a supplier, EF Core and plain Npgsql, a live
// feed by SignalR, quotes by gRPC, a restocking worker, logs. Healthy unless a fault is switched on (Faults/Faults.cs).
using Scope.Targets.Shop;
using Scope.Targets.Shop.Faults;

var options = ShopOptions.Parse(args, out string? wrong);
if (options is null)
{
    Console.Error.WriteLine(wrong);
    return 3;
}
if (options.ListFaults)
{
    Console.WriteLine(FaultTable.Print(options.Json));
    return 0;
}
await using var app = ShopApplication.Build(options);
await ShopApplication.RunAsync(app, options);
return 0;
