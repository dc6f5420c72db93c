// What is true of the scenes that are about exceptions and logs.
namespace Scope.Diagnose;

static class ErrorCases
{
    public static readonly Case[] All =
    [
        new("crash-worker", "order-worker", ["unhandled-exception"], ["Scenes.Orders.OrderWorker.UnitPrice", "Scenes.Orders.OrderWorker.Run"],
            [new("POST /orders/{n}/3", 20)], "an order of nothing divides by zero on a worker's thread and ends the process; the division may be inlined into Run") { Triggers = ["POST /orders/7/0"] },
        new("crash-stack-overflow", "category-tree", ["unhandled-exception", "stack-overflow"], ["Scenes.Catalog.CategoryTree.Depth"],
            [new("GET /categories/{n}", 20)], "a category under its own child: the recursion never ends, and the process dies by SIGABRT") { Triggers = ["POST /categories/5/under/50", "POST /categories/50/under/5", "GET /categories/50"] },
        new("async-void", "order-listener", ["async-void", "unhandled-exception"], ["Scenes.Messaging.OrderListener.OnOrderReceived", "Scenes.Messaging.OrderListener.Reserve"],
            [new("POST /partner/orders/apple", 20)], "an async void handler throws after its await and ends the process: an unhandled exception, and why it was one") { Triggers = ["POST /partner/orders/plum"] },
        new("exceptions-localizer", "text-catalog", ["exception-storm"], ["Scenes.Localization.TextCatalog.Find", "Scenes.Localization.Localizer.Translate"],
            [new("GET /ui/{n}", 30, 8)], "a missing text is an exception, a dozen a request; Find throws what Translate provokes and catches"),
        new("exceptions-layers", "order-pipeline", ["exception-storm"], ["Scenes.Orders.OrderValidator.ValidateAsync", "Scenes.Orders.OrderPipeline.CheckAsync"],
            [new("POST /checks/{n}", 40, 8)], "refusals travel as exceptions through async layers, wrapped on the way"),
        new("swallowed-mail", "mail-sender", ["swallowed-exceptions"], ["Scenes.Notifications.MailSender.SendAsync", "Scenes.Notifications.SmtpGateway.DeliverAsync"],
            [new("POST /confirmations/{n}", 8)], "every mail fails, an empty catch hides it, and the answer is 200"),
        new("swallowed-forgotten", "push-service", ["swallowed-exceptions"], ["Scenes.Notifications.PushService.DeviceOf", "Scenes.Notifications.PushService.SendAsync", "Scenes.Notifications.PushService.Notify"],
            [new("POST /news/{n}", 10)], "a task that nobody awaits fails, each time"),
        new("logging-storm", "discounts", ["logging-storm"], ["Scenes.Pricing.DiscountEngine.Apply", "Scenes.Pricing.DiscountEngine"],
            [new("GET /discounts/{n}", 40, 8)], "150 records of level Information a request; the category has the class's name"),
    ];
}
