package com.acme.orders;

import java.security.Principal;
import java.util.List;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class OrdersController {

	@GetMapping("/orders")
	List<String> orders(Principal caller) {
		return List.of("first order, seen by " + caller.getName());
	}

}
