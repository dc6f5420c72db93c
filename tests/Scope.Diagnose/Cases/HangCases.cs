// What is true of the scenes in which something waits.
namespace Scope.Diagnose;

static class HangCases
{
    public static readonly Case[] All =
    [
        new("deadlock-transfer", "transfer", ["deadlock"], ["Scenes.Billing.TransferService.Transfer"],
            [new("POST /transfers/{n}/{n}", 60, 24), new("GET /health", 5)],
            "two transfers take the gates of their accounts in opposite order"),
        new("deadlock-cache-feed", "price-cache", ["deadlock"],
            ["Scenes.Caching.PriceCache.Get", "Scenes.Caching.PriceCache.Clear", "Scenes.Caching.PriceFeed.Refresh", "Scenes.Caching.PriceFeed.Factor", "Scenes.Caching.PriceFeed.get_Factor"],
            [new("GET /prices/{n}", 40, 24), new("GET /health", 5)],
            "the feed raises its event under its lock, the handler takes the cache's; a request holds the cache's and asks the feed. All four methods are on the cycle"),
        new("async-deadlock-semaphore", "session-store", ["async-deadlock"], ["Scenes.Sessions.SessionStore.SaveAsync", "Scenes.Sessions.SessionStore.TouchAsync"],
            [new("POST /sessions/{n}", 20, 40), new("GET /health", 5)],
            "SaveAsync holds the semaphore while it awaits TouchAsync, which waits for it: no thread is blocked. Either method can be mended"),
        new("async-deadlock-context", "device-loop", ["async-deadlock", "sync-over-async"], ["Scenes.Devices.DeviceSession.ReadStatus", "Scenes.Devices.DeviceSession.QueryAsync"],
            [new("GET /devices/{n}", 10, 24), new("GET /health", 5)],
            "the loop's thread blocks on a task whose continuation is queued to the loop: an async deadlock, made by sync over async; both names say it"),
        new("forgotten-task-reply", "message-bus", ["forgotten-task"], ["Scenes.Messaging.RpcClient.CallAsync", "Scenes.Messaging.RpcClient.OnReply"],
            [new("GET /calls/{n}", 12, 150), new("GET /health", 5)],
            "a rejected message takes its caller out of the table and never completes its task: a third of the calls waits for ever"),
        new("lock-invoice-numbers", "invoice-numbers", ["lock-contention"], ["Scenes.Billing.InvoiceNumbers.Next", "Scenes.Billing.InvoiceNumbers.Store"],
            [new("POST /invoices/A{n}", 120, 16), new("GET /health", 5)],
            "a file is flushed under the lock; Next takes the lock, Store is what it does with it"),
        new("lock-synchronized-renderer", "mail-templates", ["lock-contention"], ["Scenes.Mailing.TemplateRenderer.Render"],
            [new("GET /mails/{n}", 200, 24), new("GET /health", 5)],
            "a synchronized method of a singleton renders for everybody, one at a time"),
        new("lock-async-semaphore", "token-provider", ["lock-contention"], ["Scenes.Clients.TokenProvider.GetTokenAsync"],
            [new("GET /reports/s{n}", 60, 32), new("GET /health", 5)],
            "a semaphore is held while a token is fetched, for each request anew: they queue, and no thread is blocked") { Partner = true },
        new("sync-over-async-controller", "carrier-rates", ["sync-over-async", "thread-pool-starvation"], ["Scenes.Shipping.RateService.GetRate"],
            [new("GET /shipping/rate/{n}", 80, 64), new("GET /health", 5)],
            ".Result in a service behind an interface; the pool starves of it, and both names lead to the line") { Partner = true },
        new("sync-over-async-middleware", "directory-policy", ["sync-over-async", "thread-pool-starvation"], ["Scenes.Security.DirectoryPolicy.IsAllowed"],
            [new("GET /files/{n}?user=u{n}", 80, 64)],
            "GetAwaiter().GetResult() in a policy that a middleware asks; the pool starves of it, and both names lead to the line") { Partner = true },
        new("starvation-ftp", "ftp-upload", ["thread-pool-starvation"], ["Scenes.Import.FtpUploader.Upload", "Scenes.Import.UploadService.UploadAsync"],
            [new("POST /uploads/{n}", 60, 64), new("GET /health", 5)],
            "a blocking library is put on the pool by Task.Run; the workers sleep in Upload, which UploadAsync sent them into"),
        new("starvation-parallel", "thumbnails", ["thread-pool-starvation"], ["Scenes.Media.PictureStore.Read", "Scenes.Media.ThumbnailService.RenderAll"],
            [new("GET /albums/{n}", 25, 48), new("GET /health", 5)],
            "Parallel.For over blocking reads: each request takes twelve workers that only wait"),
    ];
}
